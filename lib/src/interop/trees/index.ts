// Trees that other libraries grew.
export { readForest } from "./readForest.js";
export type { ForestFile } from "./forestFile.js";

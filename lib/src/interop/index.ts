export * from "./dawid2021.js";
export * from "./neubauer2022.js";
export * from "./reference.js";
export * from "./float32Folder.js";
export { readPytorchCheckpoint, type PytorchCheckpointOptions } from "./pytorchCheckpoint.js";

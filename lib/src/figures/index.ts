export * from "./marks/index.js";
export * from "./charts/index.js";
export * from "./colours/index.js";
export * from "./output/index.js";
export * from "./claims/index.js";

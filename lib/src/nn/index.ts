export * from "./layers/index.js";
export * from "./blocks/index.js";
export * from "./losses/index.js";
export * from "./network/index.js";
export * from "./architectures/index.js";
export * from "./training/index.js";

export * from "./rules/index.js";
export * from "./propagation/index.js";
export * from "./methods/index.js";
export * from "./faithfulness/index.js";

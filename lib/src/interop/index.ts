export * from "./models/index.js";
export * from "./tables/index.js";
export * from "./jets/index.js";
export * from "./trees/index.js";

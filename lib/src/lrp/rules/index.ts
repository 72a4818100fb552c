// Rules of relevance propagation, and which layer takes which.
export * from "./entryMap.js";
export * from "./rules.js";
export * from "./maximumRule.js";
export * from "./composite.js";
export * from "./composites.js";

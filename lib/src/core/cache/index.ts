// Values that were computed before, by what they hang on.
export * from "./hash.js";
export { canonicalJson } from "./canonicalJson.js";
export * from "./cacheDirectory.js";
export * from "./cache.js";

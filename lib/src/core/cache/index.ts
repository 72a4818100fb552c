// Values that were computed before, by what they hang on.
export type { CachePlace } from "./cacheDirectory.js";
export { cached, type CacheKey, type CacheUse } from "./cache.js";

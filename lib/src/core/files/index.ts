// Files: npy, what a format is told by, writing whole or not at all.
export * from "./fileFormat.js";
export type { FormatName } from "./fileSignatures.js";
export type { LargeIntegers } from "./largeIntegers.js";
export * from "./npy.js";
export * from "./npyFile.js";
export * from "./atomicWrite.js";
export type { Study, StudyUse } from "./shippedStudy.js";

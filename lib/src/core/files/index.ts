// Files: npy, what a format is told by, writing whole or not at all.
// Where Node loads this, messages name files of other kinds; a bundler leaves the table out
import "./fileFormat.js";

export type { FileFormat } from "./fileFormat.js";
export type { FormatName } from "./fileSignatures.js";
export type { LargeIntegers } from "./largeIntegers.js";
export type { NpyDtype, ParseNpyOptions } from "./npy.js";
export { readNpy, writeNpy } from "./npyFile.js";

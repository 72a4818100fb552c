import { DataError } from "../errors.js";
import type { FormatName } from "./fileSignatures.js";

/** A kind of file that its first bytes tell. */
export interface FileFormat {
  /** A short name for programs: "npy", "hdf5", "pytorch". */
  readonly format: FormatName;
  /** What a sentence calls it, with its article: "an Excel workbook". */
  readonly name: string;
  /** Endings that files of this kind have, the usual one first. */
  readonly endings: readonly string[];
  /** What to do with such a file here, a sentence. */
  readonly cure: string;
}

/** What bytes are, if that can be told. */
export type Recogniser = (bytes: Uint8Array) => FileFormat | undefined;

let known: Recogniser | undefined;

/**
 * Lets `formatError` name files of other kinds where no recogniser is handed to it. The table of
 * signatures is 3 kB of a bundle for a browser, which one array read there is not worth: a bundler
 * leaves it out with the module that calls this, `fileFormat`.
 */
export function recogniseWith(recogniser: Recogniser): void {
  known = recogniser;
}

/**
 * The error for a file that does not begin as it should: what it is instead, if that can be told,
 * or what it begins with.
 * @param path    what the sentence calls the file
 * @param bytes   its first bytes, or the whole
 * @param wanted  what was expected, with its article: "a ROOT file"
 * @param cure    a sentence, for bytes of no known kind
 */
export function formatError(
  path: string,
  bytes: Uint8Array,
  wanted: string,
  cure: string,
  recogniser: Recogniser | undefined = known,
): DataError {
  const found = recogniser?.(bytes);
  if (found) {
    const { format, name } = found;
    return new DataError(`${path}: is not ${wanted} but ${name}. ${found.cure}`, { path, format });
  }
  if (bytes.length === 0) {
    return new DataError(`${path}: is not ${wanted} (0 bytes, it is empty). ${cure}`, { path });
  }
  const begin = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"));
  const fact = `is not ${wanted}; it begins with the bytes ${begin.join(" ")}`;
  return new DataError(`${path}: ${fact}. ${cure}`, { path });
}

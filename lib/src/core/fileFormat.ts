import { DataError } from "./errors.js";
import { fileSignatures, type FormatName, type Signature } from "./fileSignatures.js";
import { nodeModule } from "./nodeModule.js";

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

/** First bytes of a file that are looked at. */
const HEAD = 2 ** 16;

const table = Object.entries(fileSignatures) as (readonly [FormatName, Signature])[];

/**
 * What kind of file begins with these bytes, whatever it is called. Undefined for plain text
 * (tables have no signature) and for what is not known.
 * @param bytes  the first 64 KiB, or the whole
 */
export function recognise(bytes: Uint8Array): FileFormat | undefined {
  const head = bytes.subarray(0, HEAD);
  const text = oneCharacterAByte(head);
  const found = table.find(([, signature]) => signature.matches(head, text));
  if (!found) return undefined;
  const [format, { name, endings, cure }] = found;
  return { format, name, endings, cure };
}

const oneCharacterAByte = (bytes: Uint8Array): string => {
  let text = "";
  for (let p = 0; p < bytes.length; p += 8192) {
    text += String.fromCharCode(...bytes.subarray(p, p + 8192));
  }
  return text;
};

/**
 * The first bytes of a file, at most 64 KiB, which is what `recognise` looks at.
 * @throws the error of Node if it cannot be read
 */
export function firstBytes(path: string): Uint8Array {
  const { closeSync, openSync, readSync } = nodeModule("node:fs", "reading a file");
  const descriptor = openSync(path, "r");
  try {
    const head = new Uint8Array(HEAD);
    return head.subarray(0, readSync(descriptor, head, 0, HEAD, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The error for a file that does not begin as it should: what it is instead, if that can be told,
 * or what it begins with.
 * @param path    what the sentence calls the file
 * @param bytes   its first bytes, or the whole
 * @param wanted  what was expected, with its article: "a ROOT file"
 * @param cure    a sentence, for bytes of no known kind
 */
export function otherFormat(
  path: string, bytes: Uint8Array, wanted: string, cure: string,
): DataError {
  const found = recognise(bytes);
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

import type { DataError } from "../errors.js";
import { fileSignatures, type FormatName, type Signature } from "./fileSignatures.js";
import { formatError, recogniseWith, type FileFormat } from "./formatError.js";
import { nodeModule } from "./nodeModule.js";

export type { FileFormat };

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

/** `formatError` with the name of what the bytes are, see there. */
export function otherFormat(
  path: string,
  bytes: Uint8Array,
  wanted: string,
  cure: string,
): DataError {
  return formatError(path, bytes, wanted, cure, recognise);
}

// For errors of `parseNpy`. A bundler drops this with the rest of the module (`sideEffects: false`)
// where nothing of it is used.
recogniseWith(recognise);

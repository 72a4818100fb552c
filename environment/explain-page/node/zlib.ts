// Stands for node:zlib in the page's worker: fflate at once, and the browser's own stream for what
// is large.
import { Gunzip, inflateSync } from "fflate";
import { Buffer } from "./buffer.js";
import { Unpacking } from "./stream.js";

/** @throws Error for what is damaged, or is more than `maxOutputLength` */
export function inflateRawSync(
  packed: Uint8Array,
  { maxOutputLength }: { maxOutputLength: number },
): Buffer {
  // one byte more, so that what is longer is seen
  const out = inflateSync(packed, { out: new Uint8Array(maxOutputLength + 1) });
  if (out.length > maxOutputLength) throw new Error(`more than ${maxOutputLength} bytes`);
  return Buffer.from(out.buffer, out.byteOffset, out.length);
}

/** A packed text, or as much of it as there is. */
export function gunzipSync(packed: Uint8Array): Buffer {
  const pieces: Uint8Array[] = [];
  new Gunzip((piece) => void pieces.push(piece)).push(packed);
  return Buffer.concat(pieces);
}

export function brotliDecompressSync(): never {
  throw new Error(
    "packed by brotli, which a page cannot unpack; write it with snappy, gzip or zstd",
  );
}

export const createInflateRaw = (): Unpacking => new Unpacking("deflate-raw");
export const createGunzip = (): Unpacking => new Unpacking("gzip");

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let k = 0; k < 8; k++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of ISO 3309, continued from `before`. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  for (const byte of bytes) value = table[(value ^ byte) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}

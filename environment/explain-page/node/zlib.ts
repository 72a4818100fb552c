// Stands for node:zlib in the page's worker: small pieces at once, large ones through the browser's
// own stream.
import { Buffer } from "./buffer.js";
import { inflateRaw } from "./inflate.js";
import { Unpacking } from "./stream.js";

const wide = 2 ** 30;

export const inflateRawSync = (packed: Uint8Array, { maxOutputLength = wide } = {}): Buffer =>
  Buffer.from(inflateRaw(packed, maxOutputLength).bytes.buffer);

/**
 * Of gzip (RFC 1952); `finishFlush` as of Node is not asked: what is cut off is given as far as it
 * goes.
 */
export function gunzipSync(packed: Uint8Array, { maxOutputLength = wide } = {}): Buffer {
  return inflateRawSync(packed.subarray(headerOf(packed)), { maxOutputLength });
}

/** Bytes of the header of gzip. */
function headerOf(packed: Uint8Array): number {
  const flags = packed[3];
  let at = 10;
  if (flags & 4) at += 2 + packed[at] + 256 * packed[at + 1];
  for (const flag of [8, 16]) if (flags & flag) at = packed.indexOf(0, at) + 1;
  return flags & 2 ? at + 2 : at;
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

export const constants = { Z_SYNC_FLUSH: 2 };

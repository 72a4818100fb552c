import { murmurHash3 } from "./hash.js";

/** A short name of many numbers, 128 bits of their bytes: equal numbers, equal name. */
export function fingerprint(values: Float64Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return [...murmurHash3(bytes)].map((word) => word.toString(16).padStart(8, "0")).join("");
}

import { philox4x32 } from "../../core/random/philox.js";
import type { Views } from "../views.js";

/**
 * Four words for each of `blocks` (a multiple of 4) consecutive counters of Philox4x32-10, the
 * first (low, high, c2, c3).
 * @param out  offset of the words, counted in 32-bit integers
 */
export function philoxBlocks(
  { i32 }: Views,
  blocks: number,
  low: number,
  high: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: number,
): void {
  const words = new Uint32Array(4);
  for (let b = 0; b < blocks; b++) {
    philox4x32(low, high, c2, c3, k0, k1, words);
    i32.set(words, out + 4 * b);
    low = (low + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
  }
}

/**
 * Normal numbers by the ziggurat of core/ziggurat.ts from up to `draws` draws of two words, as long
 * as each falls inside its layer.
 * @param words  offset of the draws, counted in 32-bit integers
 * @param edge   offset of the right edges of the 128 layers
 * @param inner  offset of the bounds of |u| below which a point needs no further look
 * @returns how many numbers were stored at `out`; the draw after them, if it is below `draws`,
 *   needs the further look
 */
export function normalsInside(
  { f64, i32 }: Views,
  draws: number,
  words: number,
  edge: number,
  inner: number,
  out: number,
): number {
  for (let k = 0; k < draws; k++) {
    const first = i32[words + 2 * k];
    const second = i32[words + 2 * k + 1];
    const u = ((first >>> 5) * 67108864 + (second >>> 6)) * 2 ** -52 - 1;
    const layer = (second & 63) | ((first & 1) << 6);
    if (!(Math.abs(u) < f64[inner + layer])) return k;
    f64[out + k] = u * f64[edge + layer];
  }
  return draws;
}

import { normalsInside, philoxBlocks } from "./randomTwins.js";

/** Random numbers in bulk, documented beside their twins; the same bits from both. */
export interface RandomKernels {
  philoxBlocks(blocks: number, low: number, high: number, c2: number, c3: number, k0: number, k1: number, out: number): void;
  normalsInside(draws: number, words: number, edge: number, inner: number, out: number): number;
}

/** The compiled kernels want bytes where their twins want elements. */
export function bindRandom(raw: RandomKernels): RandomKernels {
  return {
    philoxBlocks: (blocks, low, high, c2, c3, k0, k1, out) => raw.philoxBlocks(blocks, low, high, c2, c3, k0, k1, out * 4),
    normalsInside: (draws, words, edge, inner, out) => raw.normalsInside(draws, words * 4, edge * 8, inner * 8, out * 8),
  };
}

/** The plain TypeScript kernels bound to the views of an arena. */
export function randomTwins(f64: Float64Array, i32: Int32Array): RandomKernels {
  return {
    philoxBlocks: (...args) => philoxBlocks(i32, ...args),
    normalsInside: (...args) => normalsInside(f64, i32, ...args),
  };
}

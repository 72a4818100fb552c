import { chosenCombinations, chosenDots, rectifiedMaximum, scatterWinners } from "./relevanceTwins.js";

/** Kernels of relevance propagation, documented beside their twins. */
export interface RelevanceKernels {
  rectifiedMaximum(count: number, entries: number, first: number, offsets: number, x: number, y: number, sources: number): void;
  scatterWinners(
    count: number, depth: number, winners: number, relevance: number, reciprocal: number, w: number, offsets: number, out: number,
  ): number;
  chosenDots(batch: number, width: number, outputs: number, x: number, w: number, chosen: number, z: number, list: number): void;
  chosenCombinations(batch: number, width: number, outputs: number, s: number, w: number, out: number, lists: number): void;
}

/** The compiled kernels want bytes where their twins want elements. */
export function bindRelevance(raw: RelevanceKernels): RelevanceKernels {
  return {
    rectifiedMaximum: (count, entries, first, offsets, x, y, sources) =>
      raw.rectifiedMaximum(count, entries, first * 4, offsets * 4, x * 8, y * 8, sources * 4),
    scatterWinners: (count, depth, winners, relevance, reciprocal, w, offsets, out) =>
      raw.scatterWinners(count, depth, winners * 4, relevance * 8, reciprocal * 8, w * 8, offsets * 4, out * 8),
    chosenDots: (batch, width, outputs, x, w, chosen, z, list) => raw.chosenDots(batch, width, outputs, x * 8, w * 8, chosen * 8, z * 8, list * 4),
    chosenCombinations: (batch, width, outputs, s, w, out, lists) => raw.chosenCombinations(batch, width, outputs, s * 8, w * 8, out * 8, lists * 4),
  };
}

/** The plain TypeScript kernels bound to the views of an arena. */
export function relevanceTwins(f64: Float64Array, i32: Int32Array): RelevanceKernels {
  return {
    rectifiedMaximum: (...args) => rectifiedMaximum(f64, i32, ...args),
    scatterWinners: (...args) => scatterWinners(f64, i32, ...args),
    chosenDots: (batch, width, outputs, x, w, chosen, z) => chosenDots(f64, batch, width, outputs, x, w, chosen, z),
    chosenCombinations: (batch, width, outputs, s, w, out) => chosenCombinations(f64, batch, width, outputs, s, w, out),
  };
}

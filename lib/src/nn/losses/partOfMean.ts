import { sumOf } from "../../core/weights.js";

/** What one of n values adds to their mean: v/n, or v w_s / Σ w with weights, [n]. */
export function partOfMean(
  n: number,
  weights?: Float64Array,
): (value: number, sample: number) => number {
  if (weights === undefined) return (value) => value / n;
  const total = sumOf(weights);
  return (value, s) => (value * weights[s]) / total;
}

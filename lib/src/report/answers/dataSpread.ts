import type { Tensor } from "../../core/tensor.js";

/** Of each entry of a sample over data: [entries]. */
export interface DataSpread {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly mean: Float64Array;
  /** Standard deviation; 0 of a constant. */
  readonly deviation: Float64Array;
}

/**
 * Range, mean and deviation of the entries of samples [n, …] of one shape, without missing values;
 * Welford's sums.
 */
export function dataSpread(sets: readonly Tensor[]): DataSpread {
  const width = sets[0].data.length / sets[0].shape[0];
  const [low, high] = [
    new Float64Array(width).fill(Infinity),
    new Float64Array(width).fill(-Infinity),
  ];
  const [mean, squares] = [new Float64Array(width), new Float64Array(width)];
  const count = new Float64Array(width);
  for (const { data } of sets) {
    for (let from = 0; from < data.length; from += width) {
      for (let k = 0; k < width; k++) {
        const value = data[from + k];
        if (Number.isNaN(value)) continue;
        count[k]++;
        if (value < low[k]) low[k] = value;
        if (value > high[k]) high[k] = value;
        const step = value - mean[k];
        mean[k] += step / count[k];
        squares[k] += step * (value - mean[k]);
      }
    }
  }
  return {
    low,
    high,
    mean,
    deviation: squares.map((sum, k) => Math.sqrt(sum / Math.max(1, count[k]))),
  };
}

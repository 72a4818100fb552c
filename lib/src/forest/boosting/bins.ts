import { ascending } from "../ascending.js";

/** A table whose columns are numbers of bins, at most 255, with one more for missing values. */
export interface BinnedColumns {
  readonly samples: number;
  readonly features: number;
  /** [features, samples] */
  readonly bins: Uint8Array;
  /** Of each feature: the largest value of every bin but the last. */
  readonly bounds: readonly Float64Array[];
  /** Whether values of a feature are missing. [features] */
  readonly missing: readonly boolean[];
}

/** The bin of missing values. */
export const MISSING = 255;

/**
 * Sorts the values of each column into bins: one a value where there are few of them, else of
 * nearly as many samples each. Bounds lie halfway between neighbouring values.
 * @param data  [samples, features]; NaN is missing
 * @param most  bins of a feature, up to 255
 */
export function binnedColumns(
  data: Float64Array,
  samples: number,
  features: number,
  most: number,
): BinnedColumns {
  const bins = new Uint8Array(samples * features);
  const bounds: Float64Array[] = [];
  const missing: boolean[] = [];
  for (let f = 0; f < features; f++) {
    const column = Float64Array.from({ length: samples }, (_, n) => data[n * features + f]);
    const known = column.filter((value) => !Number.isNaN(value));
    const own = boundsOf(
      Float64Array.from(ascending(known), (n) => known[n]),
      most,
    );
    bounds.push(own);
    missing.push(known.length < samples);
    for (let n = 0; n < samples; n++)
      bins[f * samples + n] = Number.isNaN(column[n]) ? MISSING : binOf(own, column[n]);
  }
  return { samples, features, bins, bounds, missing };
}

/** @param sorted  ascending */
function boundsOf(sorted: Float64Array, most: number): Float64Array {
  const found: number[] = [];
  const steps: number[] = []; // first places of values
  for (let k = 1; k < sorted.length; k++) if (sorted[k] > sorted[k - 1]) steps.push(k);
  let next = 0;
  for (let bin = 1, s = 0; s < steps.length; s++) {
    if (steps.length >= most && steps[s] < next) continue;
    const [low, high] = [sorted[steps[s] - 1], sorted[steps[s]]];
    const middle = low / 2 + high / 2;
    found.push(middle >= low && middle < high ? middle : low);
    bin++;
    // the samples that are left are shared out among the bins that are left
    const left = most - bin + 1;
    if (left <= 1) break;
    next = steps[s] + (sorted.length - steps[s]) / left;
  }
  return Float64Array.from(found);
}

/** How many bounds lie below a value. */
function binOf(bounds: Float64Array, value: number): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= bounds[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A table whose columns are numbers of bins, at most 255, with one more for missing values. */
export interface BinnedColumns {
  readonly samples: number;
  readonly features: number;
  /** [features, stride] */
  readonly bins: Uint8Array<ArrayBuffer>;
  /** Samples, up to a multiple of 4. */
  readonly stride: number;
  /** The first bin of each feature among those of all; the last of each is for missing values. */
  readonly starts: Int32Array;
  /** Of each feature: the largest value of every bin but the last. */
  readonly bounds: readonly Float64Array[];
  /** Whether values of a feature are missing. [features] */
  readonly missing: readonly boolean[];
}

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
  const stride = Math.ceil(samples / 4) * 4;
  const bins = new Uint8Array(stride * features);
  const starts = new Int32Array(features + 1);
  const bounds: Float64Array[] = [];
  const missing: boolean[] = [];
  const column = new Float64Array(samples);
  for (let f = 0; f < features; f++) {
    for (let n = 0; n < samples; n++) column[n] = data[n * features + f];
    const sorted = column.slice().sort(); // NaN last
    let known = samples;
    while (known > 0 && Number.isNaN(sorted[known - 1])) known--;
    const own = boundsOf(sorted.subarray(0, known), most);
    bounds.push(own);
    missing.push(known < samples);
    starts[f + 1] = starts[f] + own.length + 2;
    fillBins(bins.subarray(f * stride, f * stride + samples), column, own);
  }
  return { samples, features, bins, stride, starts, bounds, missing };
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

/** How many bounds lie below each value; one more than there are for NaN. */
function fillBins(bins: Uint8Array, column: Float64Array, bounds: Float64Array): void {
  // a search without branches that depend on the values: padded to 2^k − 1 bounds
  let size = 1;
  while (size <= bounds.length) size *= 2;
  const padded = new Float64Array(size).fill(Infinity);
  padded.set(bounds);
  for (let n = 0; n < bins.length; n++) {
    const value = column[n];
    let low = 0;
    for (let step = size >> 1; step > 0; step >>= 1)
      low += step & -Number(value > padded[low + step - 1]); // a choice would be a branch
    bins[n] = value === value ? low : bounds.length + 1;
  }
}

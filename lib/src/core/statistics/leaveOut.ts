import { mean } from "./statistics.js";
import { checkFinite, type Tensor } from "../tensor.js";

/** Samples from … to − 1 of a chain. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Numbers computed from a chain, and what becomes of them without some of its samples. */
export interface LeaveOut {
  /** Samples. */
  readonly n: number;
  /** [results], of all samples. */
  readonly all: Float64Array;
  /** [results], without the samples of spans that do not overlap and lie in ascending order. */
  readonly without: (spans: readonly Span[]) => Float64Array;
  /** An evaluation takes a time that grows with n. */
  readonly slow: boolean;
  /** [results][n]: the samples themselves where results are their means. */
  readonly columns?: readonly Float64Array[];
}

/** Any statistic of the samples; each evaluation is given an array of its own. */
export function leaveOutSamples(
  samples: Float64Array,
  statistic: (samples: Float64Array) => number,
): LeaveOut {
  const n = samples.length;
  return {
    n,
    all: Float64Array.of(statistic(samples.slice())),
    slow: true,
    without(spans) {
      const kept = new Float64Array(n - spans.reduce((sum, { from, to }) => sum + to - from, 0));
      let [at, next] = [0, 0];
      for (const { from, to } of [...spans, { from: n, to: n }]) {
        kept.set(samples.subarray(next, from), at);
        at += from - next;
        next = to;
      }
      return checked(Float64Array.of(statistic(kept)), "jackknife, the statistic without block");
    },
  };
}

/** A function of the means of columns, and of how many samples they are made from. */
export type OfMeans = (means: Float64Array, count: number) => ArrayLike<number>;

/** Functions of the means of columns [n, columns]; without `of` the means themselves. */
export function leaveOutMeans({ shape, data }: Tensor, of?: OfMeans): LeaveOut {
  const [n, width] = shape;
  const columns = Array.from({ length: width }, () => new Float64Array(n));
  for (let i = 0, at = 0; i < n; i++) for (let k = 0; k < width; k++) columns[k][i] = data[at++];
  const means = Float64Array.from(columns, (column) => mean(column));
  const totals = new Float64Array(width);
  // little is lost to rounding
  const centred = columns.map((column, k) => {
    const around = new Float64Array(n);
    for (let i = 0; i < n; i++) totals[k] += around[i] = column[i] - means[k];
    return around;
  });
  const results = (at: Float64Array, count: number): Float64Array =>
    of ? copied(of(at, count)) : at;
  return {
    n,
    all: results(means.slice(), n),
    slow: false,
    ...(of ? {} : { columns }),
    without(spans) {
      let count = n;
      for (const { from, to } of spans) count -= to - from;
      const at = means.slice();
      for (let k = 0; k < width; k++) {
        let rest = totals[k];
        for (const { from, to } of spans) for (let i = from; i < to; i++) rest -= centred[k][i];
        at[k] += rest / count;
      }
      return checked(results(at, count), "jackknifeMeans, the results without block");
    },
  };
}

/** As `Float64Array.from`, which walks its iterator. */
function copied(values: ArrayLike<number>): Float64Array {
  const copy = new Float64Array(values.length);
  for (let i = 0; i < copy.length; i++) copy[i] = values[i];
  return copy;
}

function checked(values: Float64Array, what: string): Float64Array {
  checkFinite(values, what);
  return values;
}

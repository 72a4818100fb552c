import { size, takeRows, tensor, type Tensor } from "../../core/tensor.js";
import { countedRows, sumOf, weightsAt } from "../../core/weights.js";
import type { Samples } from "./riskOptions.js";

// The one place where weights of samples become what sums over samples take. Everything that sums
// takes `weighed(samples)`; whoever hands samples on, whole or in part, uses what stands here.

/**
 * Samples as sums over them take them: ℜ = Σ factors · L / divisor. Those of weight 0 are gone;
 * where all weights are equal there are no factors, and nothing differs from samples without
 * weights, to the last bit.
 */
export interface Weighed extends Samples {
  readonly weights?: undefined;
  /** [n]; undefined: 1 for all. */
  readonly factors: Float64Array | undefined;
  /** Σ factors; of a part of samples its share of that, so that its mean stands for the whole's. */
  readonly divisor: number;
}

const isWeighed = (samples: Samples): samples is Weighed => "divisor" in samples;

/** Samples whose weights were looked at, ready to be summed over; what is ready stays as it is. */
export function weighed(samples: Samples): Weighed {
  if (isWeighed(samples)) return samples;
  const { x, target, weights } = samples;
  if (weights === undefined) return { x, target, factors: undefined, divisor: x.shape[0] };
  const rows = countedRows(weights);
  const own = weightsAt(weights, rows);
  const all = rows.length === x.shape[0];
  const kept = all ? { x, target } : { x: takeRows(x, rows), target: takeRows(target, rows) };
  const equal = own.every((weight) => weight === own[0]);
  return equal
    ? { ...kept, factors: undefined, divisor: rows.length }
    : { ...kept, factors: own, divisor: sumOf(own) };
}

/**
 * The weights of samples where they are not all alike, and their sum: what `SampleGradients` carry.
 */
export function weightsOf(samples: Samples): {
  readonly weights?: Float64Array;
  readonly totalWeight?: number;
} {
  if (isWeighed(samples)) {
    const { factors, divisor } = samples;
    return factors ? { weights: factors, totalWeight: divisor } : {};
  }
  const { weights } = samples;
  if (weights === undefined) return {};
  const own = Float64Array.from(weights);
  if (own.every((weight) => weight === own[0])) return {};
  return { weights: own, totalWeight: sumOf(own) };
}

/** The chosen samples, copied, each with its weight. Those of `Weighed` stand for the whole. */
export function takeSamples<S extends Samples>(samples: S, rows: ArrayLike<number>): S;
export function takeSamples(samples: Samples, rows: ArrayLike<number>): Samples {
  const { x, target, weights } = samples;
  const taken = { x: takeRows(x, rows), target: takeRows(target, rows) };
  if (isWeighed(samples))
    return partial(samples, taken, samples.factors && weightsAt(samples.factors, rows));
  return { ...taken, ...(weights && { weights: weightsAt(weights, rows) }) };
}

/** Samples from … from + count as views; they stand for the whole. */
export function samplesFrom(samples: Weighed, from: number, count: number): Weighed {
  const { x, target, factors } = samples;
  const taken = { x: view(x, from, count), target: view(target, from, count) };
  return partial(samples, taken, factors?.subarray(from, from + count));
}

function partial(
  { x, divisor }: Weighed,
  taken: { readonly x: Tensor; readonly target: Tensor },
  factors: Float64Array | undefined,
): Weighed {
  const count = taken.x.shape[0];
  return { ...taken, factors, divisor: factors ? (divisor * count) / x.shape[0] : count };
}

/** Rows from … from + count, not copied. */
function view(t: Tensor, from: number, count: number): Tensor {
  const width = size(t.shape.slice(1));
  const data = t.data.subarray(from * width, (from + count) * width);
  return tensor([count, ...t.shape.slice(1)], data);
}

/** What a worker thread needs of samples, which may be a dataset with more. */
export function bareSamples(samples: Samples): Samples {
  if (isWeighed(samples)) return samples;
  const { x, target, weights } = samples;
  return { x, target, ...(weights && { weights: Float64Array.from(weights) }) };
}

/**
 * Rows [count, width] times the factors of their samples, in place.
 * @param factors  of these rows; undefined leaves all as it is
 */
export function weigh(
  rows: Float64Array,
  factors: Float64Array | undefined,
  count: number,
  width: number,
): void {
  if (factors === undefined) return;
  for (let s = 0; s < count; s++)
    for (let j = s * width; j < (s + 1) * width; j++) rows[j] *= factors[s];
}

import { ConfigError, NumericalError, ShapeError } from "./errors.js";
import { firstNotFinite } from "./tensor.js";

// Weights of samples and events: what is asked of them everywhere.

/**
 * Refuses weights that make no mean.
 * @throws ShapeError for another number of them, NumericalError for NaN and ±∞, ConfigError if
 *   their sum is not positive
 */
export function checkWeights(weights: ArrayLike<number>, n: number, what: string): void {
  if (weights.length !== n)
    throw new ShapeError(
      `${what}: ${weights.length} weights for ${n} samples. Give one for each.`,
      { weights: weights.length, samples: n },
    );
  const bad = firstNotFinite(weights);
  if (bad >= 0)
    throw new NumericalError(
      `${what}: the weight of sample ${bad} is ${weights[bad]}; it must be a finite number.`,
      { index: bad },
    );
  const sum = sumOf(weights);
  if (sum > 0 && sum < Infinity) return;
  const cure = "Give more samples of positive weight, or weights in another unit";
  throw new ConfigError(
    `${what}: the weights sum to ${sum}; a mean needs a positive, finite sum. ${cure}.`,
    { sum },
  );
}

/**
 * Refuses negative weights for what can do nothing with them.
 * @param why   what stands against them
 * @param cure  what to do instead
 * @throws ConfigError
 */
export function refuseNegative(
  weights: ArrayLike<number> | undefined,
  what: string,
  why: string,
  cure: string,
): void {
  for (let r = 0; weights !== undefined && r < weights.length; r++) {
    if (!(weights[r] < 0)) continue;
    const details = { index: r, weight: weights[r] };
    throw new ConfigError(
      `${what}: sample ${r} has the weight ${weights[r]}; ${why}. ${cure}.`,
      details,
    );
  }
}

/** Samples whose weight is not 0. */
export function countedRows(weights: ArrayLike<number>): Int32Array {
  let count = 0;
  const rows = new Int32Array(weights.length);
  for (let r = 0; r < weights.length; r++) if (weights[r] !== 0) rows[count++] = r;
  return rows.subarray(0, count);
}

/** Σ w. */
export function sumOf(weights: ArrayLike<number>): number {
  let sum = 0;
  for (let r = 0; r < weights.length; r++) sum += weights[r];
  return sum;
}

/** The weights of some rows. */
export const weightsAt = (weights: ArrayLike<number>, rows: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: rows.length }, (_, k) => weights[rows[k]]);

/** What one of n values adds to their mean: v/n, or v w_s / Σ w with weights, [n]. */
export function partOfMean(
  n: number,
  weights?: Float64Array,
): (value: number, sample: number) => number {
  if (weights === undefined) return (value) => value / n;
  const total = sumOf(weights);
  return (value, s) => (value * weights[s]) / total;
}

/** (Σ w)² / Σ w²: as many equal events fluctuate as these do. */
export function effectiveNumber(weights: ArrayLike<number>): number {
  let squares = 0;
  for (let r = 0; r < weights.length; r++) squares += weights[r] * weights[r];
  return (sumOf(weights) * sumOf(weights)) / squares;
}

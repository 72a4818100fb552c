import { takes } from "../arguments/takes.js";
import { fraction, list, numbers } from "../arguments/kinds.js";
import { ConfigError, NumericalError, ShapeError } from "../errors.js";
import { checkFinite } from "../tensor.js";
import { checkWeights, sumOf } from "../weights.js";

function checkLength(values: ArrayLike<number>, least: number, what: string): void {
  takes(what, { values: [values, list] });
  if (values.length < least) {
    throw new ConfigError(
      `${what}: needs at least ${least} value${least === 1 ? "" : "s"}, got ${values.length}.`,
      { length: values.length },
    );
  }
}

/**
 * Arithmetic mean, or Σ w x / Σ w.
 * @param weights  of the values, of any sign with a positive sum (default: all alike)
 * @throws ConfigError if there are no values, or the weights have no positive sum
 */
export function mean(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  checkLength(values, 1, "mean");
  if (weights !== undefined) return weightedMean(values, weights);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  // what is not finite shows in the sum, so the usual call makes no pass more
  if (!Number.isFinite(sum)) checkFinite(values, "mean");
  return sum / values.length;
}

function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  takes("mean", { values: [values, numbers()], weights: [weights, numbers()] });
  checkWeights(weights, values.length, "mean");
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i] * values[i];
  return sum / sumOf(weights);
}

/**
 * Unbiased sample variance, Σ (x − x̄)² / (n − 1).
 * @throws ConfigError for fewer than two values
 */
export function variance(values: ArrayLike<number>): number {
  checkLength(values, 2, "variance");
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  if (Number.isNaN(sum))
    throw new NumericalError(
      `variance: the mean, ${centre}, is beyond the largest double. Give the values in another unit.`,
    );
  return sum / (values.length - 1);
}

/** The value in the middle; the mean of the two in the middle if their number is even. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * Quantile by linear interpolation between order statistics: definition 7 of Hyndman & Fan (1996),
 * the default of R and numpy.
 * @param p  in [0, 1]
 * @throws ConfigError if there are no values or `p` lies outside, NumericalError for NaN or ±∞
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  checkLength(values, 1, "quantile");
  takes("quantile", { p: [p, fraction] });
  checkFinite(values, "quantile");
  const sorted = Float64Array.from(values).sort();
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * Deviations from the mean, in a unit that keeps their squares within the range of a double; all 0
 * for equal values.
 */
function centred(values: ArrayLike<number>): Float64Array {
  const own = Float64Array.from(values);
  const largest = own.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const unit = largest > 1e100 || (largest > 0 && largest < 1e-100) ? largest : 1;
  if (own.every((one) => one === own[0])) return own.fill(0);
  const scaled = own.map((one) => one / unit);
  const centre = mean(scaled);
  return scaled.map((one) => one - centre);
}

/**
 * Pearson correlation coefficient.
 * @throws ShapeError if the lengths differ, ConfigError for fewer than two pairs, NumericalError if
 *   one side is constant or not finite
 */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  takes("correlation", { x: [x, numbers()], y: [y, numbers()] });
  if (x.length !== y.length) {
    throw new ShapeError(
      `correlation: ${x.length} values on one side, ${y.length} on the other; they must come in pairs.`,
    );
  }
  checkLength(x, 2, "correlation");
  // squares of 1e200 overflow, those of 1e-200 vanish
  const [centredX, centredY] = [centred(x), centred(y)];
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [centredX[i], centredY[i]];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  if (xx === 0 || yy === 0) {
    throw new NumericalError(
      `correlation: the ${xx === 0 ? "first" : "second"} argument is constant, so it correlates with nothing. Leave it out.`,
    );
  }
  return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
}

/** Ranks from 1 of finite values; equal ones share the mean of the ranks they span. [n] */
export function ranks(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort();
  const spanned = (value: number): number =>
    countWhile(sorted, (one) => one < value) + countWhile(sorted, (one) => one <= value);
  return Float64Array.from(values, (value) => (spanned(value) + 1) / 2);
}

/** How many sorted values come before the first that is not `within`. */
function countWhile(sorted: Float64Array, within: (value: number) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (within(sorted[middle])) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * Spearman rank correlation: Pearson correlation of the ranks, ties averaged. Throws as
 * `correlation` does.
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  takes("spearman", { x: [x, numbers()], y: [y, numbers()] });
  return correlation(ranks(x), ranks(y));
}

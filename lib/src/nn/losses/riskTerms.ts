import type { Loss } from "./loss.js";
import { addPenaltyGradient, penalty } from "./penalties.js";
import { weigh } from "./weighed.js";

// The risk ℜ(θ) = Σ_n w_n L_n(θ) / Σ_n w_n + (l2/2) ‖θ‖² + l1 ‖θ‖₁, its gradient and its Hessian's
// products from sums over the samples, for all who make such sums. `divisor` is Σ_n w_n, or n.

/**
 * `sum` plus the losses of `count` samples.
 * @param z        their outputs, target likewise: [count, out]
 * @param into     room for `count` losses
 * @param factors  their weights; undefined: 1 for all
 */
export function addLosses(
  sum: number,
  loss: Loss,
  z: Float64Array,
  target: Float64Array,
  count: number,
  out: number,
  into: Float64Array,
  factors?: Float64Array,
): number {
  loss.value(z, target, count, out, into);
  weigh(into, factors, count, 1);
  for (let s = 0; s < count; s++) sum += into[s];
  return sum;
}

/** ℜ from Σ_n w_n L_n. */
export function riskOf(
  sum: number,
  divisor: number,
  theta: Float64Array,
  l2: number,
  l1: number | Float64Array,
): number {
  return sum / divisor + penalty(theta, l2, l1);
}

/** Σ_n w_n ∇L_n becomes ∇ℜ, in place. */
export function toRiskGradient(
  sum: Float64Array,
  divisor: number,
  theta: Float64Array,
  l2: number,
  l1: number | Float64Array,
): void {
  for (let p = 0; p < sum.length; p++) sum[p] /= divisor;
  addPenaltyGradient(sum, theta, l2, l1);
}

/** Σ_n w_n ∇²L_n v becomes ∇²ℜ v, in place; |θ| has no curvature. */
export function toRiskProduct(
  sum: Float64Array,
  divisor: number,
  v: Float64Array,
  l2: number,
): void {
  for (let p = 0; p < sum.length; p++) sum[p] = sum[p] / divisor + l2 * v[p];
}

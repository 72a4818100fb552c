import type { Loss } from "./loss.js";
import { addPenaltyGradient, penalty } from "./penalties.js";

// The risk ℜ(θ) = (1/n) Σ_n L_n(θ) + (l2/2) ‖θ‖² + l1 ‖θ‖₁, its gradient and its Hessian's products
// from sums over the samples, for all who make such sums.

/**
 * `sum` plus the losses of `count` samples.
 * @param z     their outputs, target likewise: [count, out]
 * @param into  room for `count` losses
 */
export function addLosses(
  sum: number,
  loss: Loss,
  z: Float64Array,
  target: Float64Array,
  count: number,
  out: number,
  into: Float64Array,
): number {
  loss.value(z, target, count, out, into);
  for (let s = 0; s < count; s++) sum += into[s];
  return sum;
}

/** ℜ from Σ_n L_n. */
export function riskOf(
  sum: number,
  n: number,
  theta: Float64Array,
  l2: number,
  l1: number | Float64Array,
): number {
  return sum / n + penalty(theta, l2, l1);
}

/** Σ_n ∇L_n becomes ∇ℜ, in place. */
export function toRiskGradient(
  sum: Float64Array,
  n: number,
  theta: Float64Array,
  l2: number,
  l1: number | Float64Array,
): void {
  for (let p = 0; p < sum.length; p++) sum[p] /= n;
  addPenaltyGradient(sum, theta, l2, l1);
}

/** Σ_n ∇²L_n v becomes ∇²ℜ v, in place; |θ| has no curvature. */
export function toRiskProduct(sum: Float64Array, n: number, v: Float64Array, l2: number): void {
  for (let p = 0; p < sum.length; p++) sum[p] = sum[p] / n + l2 * v[p];
}

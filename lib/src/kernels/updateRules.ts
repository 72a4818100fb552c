import { power } from "../core/power.js";

// What a step of training does with a gradient, entry by entry. Double precision and the plain
// twins of single precision share it; the compiled twins are checked against it.

/** A vector in either precision. */
type Numbers = Float64Array | Float32Array;

/**
 * Below these a moment becomes 0. In single precision moments that nothing feeds any more decay
 * into denormal numbers, which cost a hundred times as much.
 */
export interface Least {
  readonly moment: number;
  readonly square: number;
}
/** No moment is that small. */
const NOTHING: Least = { moment: -1, square: -1 };

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** One step of Adam, its bias corrections in `rate` and `correction`. */
export interface AdamStep extends AdamSettings {
  readonly rate: number;
  readonly correction: number;
}

/**
 * The k-th step with Adam (Kingma and Ba 2015): rate α / (1 − β₁ᵏ), correction 1 / √(1 − β₂ᵏ).
 * @param learningRate  α
 */
export function adamStep(
  { beta1, beta2, epsilon }: AdamSettings,
  learningRate: number,
  k: number,
): AdamStep {
  const rate = learningRate / (1 - power(beta1, k));
  return { rate, beta1, beta2, correction: 1 / Math.sqrt(1 - power(beta2, k)), epsilon };
}

/** m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − rate·m / (correction·√v + ε). */
export function adamUpdate(
  theta: Numbers,
  gradient: Numbers,
  first: Numbers,
  second: Numbers,
  { rate, beta1, beta2, correction, epsilon }: AdamStep,
  least: Least = NOTHING,
): void {
  for (let p = 0; p < theta.length; p++) {
    const g = gradient[p];
    const m = beta1 * first[p] + (1 - beta1) * g;
    const v = beta2 * second[p] + (1 - beta2) * g * g;
    first[p] = Math.abs(m) <= least.moment ? 0 : m;
    second[p] = v <= least.square ? 0 : v;
    theta[p] -= (rate * first[p]) / (Math.sqrt(second[p]) * correction + epsilon);
  }
}

/** v ← momentum·v + g, θ ← θ − rate·v (PyTorch's convention). */
export function momentumUpdate(
  theta: Numbers,
  gradient: Numbers,
  velocity: Numbers,
  rate: number,
  momentum: number,
  least: Least = NOTHING,
): void {
  for (let p = 0; p < theta.length; p++) {
    const v = momentum * velocity[p] + gradient[p];
    velocity[p] = Math.abs(v) <= least.moment ? 0 : v;
    theta[p] -= rate * velocity[p];
  }
}

/** d/dθ of l1 |θ| + ½ l2 θ²; at 0 that of |θ| is taken as 0. */
export const penaltySlope = (theta: number, l1: number, l2: number): number =>
  l2 * theta + l1 * Math.sign(theta);

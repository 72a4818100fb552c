import type { Views } from "../views.js";

// Moments that nothing feeds any more decay into denormal numbers, which cost a hundred times as much; below these they are 0.
const LEAST = 1e-30;
const LEAST_SQUARE = 1e-36;

/**
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − rate·m / (correction·√v + ε): Adam, with the bias corrections in `rate` and
 * `correction`. Counts here and below are multiples of 4.
 */
export function singleAdam(
  { f32 }: Views,
  count: number, theta: number, g: number, first: number, second: number, rate: number,
  beta1: number, beta2: number, correction: number, epsilon: number,
): void {
  for (let p = 0; p < count; p++) {
    const x = f32[g + p];
    const m = beta1 * f32[first + p] + (1 - beta1) * x;
    const v = beta2 * f32[second + p] + (1 - beta2) * x * x;
    f32[first + p] = Math.abs(m) <= LEAST ? 0 : m;
    f32[second + p] = v <= LEAST_SQUARE ? 0 : v;
    f32[theta + p] -= (rate * f32[first + p]) / (Math.sqrt(f32[second + p]) * correction + epsilon);
  }
}

/** v ← momentum·v + g, θ ← θ − rate·v. */
export function singleMomentum(
  { f32 }: Views,
  count: number, theta: number, g: number, velocity: number, rate: number, momentum: number,
): void {
  for (let p = 0; p < count; p++) {
    const v = momentum * f32[velocity + p] + f32[g + p];
    f32[velocity + p] = Math.abs(v) <= LEAST ? 0 : v;
    f32[theta + p] -= rate * f32[velocity + p];
  }
}

/** g += l1 sign θ + l2 θ, with sign 0 = 0. */
export function singlePenalty(
  { f32 }: Views, count: number, theta: number, g: number, l1: number, l2: number,
): void {
  for (let p = 0; p < count; p++) f32[g + p] += l1 * Math.sign(f32[theta + p]) + l2 * f32[theta + p];
}

/** y ← max(y, 0) + slope · min(y, 0), in place. */
export function singleLeaky({ f32 }: Views, count: number, y: number, slope: number): void {
  for (let p = y; p < y + count; p++) f32[p] = Math.max(f32[p], 0) + slope * Math.min(f32[p], 0);
}

/** g ← g where y > 0, slope · g elsewhere, in place; y is the output. */
export function singleLeakyTransposed(
  { f32 }: Views, count: number, y: number, g: number, slope: number,
): void {
  for (let p = 0; p < count; p++) if (!(f32[y + p] > 0)) f32[g + p] *= slope;
}

import { adamUpdate, momentumUpdate, penaltySlope, type Least } from "../updateRules.js";
import type { Views } from "../views.js";

const LEAST: Least = { moment: 1e-30, square: 1e-36 };

/**
 * Adam, with the bias corrections in `rate` and `correction`; see `adamUpdate`. Counts here and
 * below are multiples of 4.
 */
export function singleAdam(
  { f32 }: Views,
  count: number,
  theta: number,
  g: number,
  first: number,
  second: number,
  rate: number,
  beta1: number,
  beta2: number,
  correction: number,
  epsilon: number,
): void {
  const part = (start: number): Float32Array => f32.subarray(start, start + count);
  const step = { rate, beta1, beta2, correction, epsilon };
  adamUpdate(part(theta), part(g), part(first), part(second), step, LEAST);
}

/** A step with momentum; see `momentumUpdate`. */
export function singleMomentum(
  { f32 }: Views,
  count: number,
  theta: number,
  g: number,
  velocity: number,
  rate: number,
  momentum: number,
): void {
  const part = (start: number): Float32Array => f32.subarray(start, start + count);
  momentumUpdate(part(theta), part(g), part(velocity), rate, momentum, LEAST);
}

/** g += l1 sign θ + l2 θ, with sign 0 = 0. */
export function singlePenalty(
  { f32 }: Views,
  count: number,
  theta: number,
  g: number,
  l1: number,
  l2: number,
): void {
  for (let p = 0; p < count; p++) f32[g + p] += penaltySlope(f32[theta + p], l1, l2);
}

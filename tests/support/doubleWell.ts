import type { Rng } from "phaselens/core";

const weight = (depth: number, x: number): number => Math.exp(-depth * (x * x - 1) ** 2);

/**
 * Metropolis chain of one site in a double well, density ∝ exp(−depth (x² − 1)²): the sign is slow,
 * the size is not.
 */
export function doubleWell(
  rng: Rng,
  depth: number,
  step: number,
  n: number,
  thermalisation = 100,
): Float64Array {
  const chain = new Float64Array(n);
  let x = rng.uniform() < 0.5 ? -1 : 1;
  for (let t = -thermalisation; t < n; t++) {
    const proposed = x + step * (2 * rng.uniform() - 1);
    if (rng.uniform() * weight(depth, x) < weight(depth, proposed)) x = proposed;
    if (t >= 0) chain[t] = x;
  }
  return chain;
}

/**
 * ⟨f(x)⟩ in the double well, by the trapezoidal rule, which is exact to rounding for a density that
 * falls off like this.
 */
export function doubleWellMean(depth: number, f: (x: number) => number): number {
  let [sum, norm] = [0, 0];
  for (let x = -4; x <= 4; x += 1 / 1024) {
    sum += weight(depth, x) * f(x);
    norm += weight(depth, x);
  }
  return sum / norm;
}

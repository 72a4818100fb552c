import type { Rng } from "../../core/random/rng.js";

/** From e^{−t}, t ≥ 0. */
export function exponential(rng: Rng): number {
  return -Math.log(1 - rng.uniform()); // 1 − uniform lies in (0, 1]
}

/**
 * A count with Poisson's distribution; for means of a few (Knuth: uniform numbers are multiplied
 * until e^{−mean} is reached).
 */
export function poisson(rng: Rng, mean: number): number {
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = 1 - rng.uniform(); product > least; product *= 1 - rng.uniform()) count++;
  return count;
}

/** χ² of 2 · `shape` degrees of freedom divided by their number: a gamma distribution of mean 1. */
export function reducedChiSquared(rng: Rng, shape: number): number {
  let product = 1;
  for (let k = 0; k < shape; k++) product *= 1 - rng.uniform();
  return -Math.log(product) / shape;
}

/** Difference of two azimuths in [−π, π]. */
export function deltaPhi(one: number, other: number): number {
  let difference = one - other;
  while (difference > Math.PI) difference -= 2 * Math.PI;
  while (difference < -Math.PI) difference += 2 * Math.PI;
  return difference;
}

/** ΔR = √(Δη² + Δφ²). */
export function deltaR(eta1: number, phi1: number, eta2: number, phi2: number): number {
  const eta = eta1 - eta2;
  const phi = deltaPhi(phi1, phi2);
  return Math.sqrt(eta * eta + phi * phi);
}

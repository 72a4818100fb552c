import type { Rng } from "phaselens/core";

/** Stationary chain x' = ρ x + √(1 − ρ²) η of unit variance: Γ(t) = ρ^t. */
export function autoregressive(rng: Rng, rho: number, steps: number): Float64Array {
  const chain = new Float64Array(steps);
  chain[0] = rng.normal();
  for (let t = 1; t < steps; t++)
    chain[t] = rho * chain[t - 1] + Math.sqrt(1 - rho * rho) * rng.normal();
  return chain;
}

/** ½ + Σ_{t ≥ 1} ρ^t. */
export const exactTauInt = (rho: number): number => 0.5 + rho / (1 - rho);

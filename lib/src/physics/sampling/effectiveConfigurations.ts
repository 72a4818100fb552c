import { pooledTauInt } from "./thermalisation.js";
import { power } from "../../core/power.js";

/**
 * How many independent configurations those stored are worth when κ is asked for: κ enters the
 * action only through Σ φφ′, so the autocorrelation of the nearest-neighbour correlator decides.
 * With τ_int of all trajectories, at stride s,
 *
 *   n (1 − a^s)/(1 + a^s),   a = (2τ − 1)/(2τ + 1)
 *
 * which takes the decay for a single exponential. Slower modes show in τ_int of the stored values
 * alone: n/2τ decides where it is smaller by more than two standard deviations of τ. Never more
 * than n.
 * @param chains nearest-neighbour correlator after every trajectory, one array a chain; entry
 *   k·stride − 1 belongs to the k-th
 *                configuration
 */
export function effectiveConfigurations(chains: readonly Float64Array[], stride: number): number {
  const stored = chains.map((chain) => {
    return Float64Array.from(
      { length: Math.floor(chain.length / stride) },
      (_, k) => chain[(k + 1) * stride - 1],
    );
  });
  const count = stored.reduce((sum, values) => sum + values.length, 0);
  const { tauInt: everyTrajectory } = pooledTauInt(chains);
  const tau = Math.max(0.5, everyTrajectory); // short chains can estimate less, even below zero
  const decay = power((2 * tau - 1) / (2 * tau + 1), stride);
  const { tauInt: ofStored, error } = pooledTauInt(stored);
  const estimates = [
    (count * (1 - decay)) / (1 + decay),
    count / (2 * Math.max(0.5, ofStored - 2 * error)),
  ];
  // NaN: too short for τ_int
  return Math.min(count, ...estimates.filter((value) => !Number.isNaN(value)));
}

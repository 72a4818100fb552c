import { ConfigError } from "../../core/errors.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import type { Rng } from "../../core/random/rng.js";
import { mean, variance } from "../../core/statistics/statistics.js";

/** Independent entries ±1 with equal chances. */
export function signs(n: number, rng: Rng): Float64Array {
  return Float64Array.from({ length: n }, () => (rng.uniform() < 0.5 ? -1 : 1));
}

/** Mean of independent values with its standard error. */
export function independentEstimate(values: ArrayLike<number>): Estimate {
  return {
    mean: mean(values),
    error: Math.sqrt(variance(values) / values.length),
    tauInt: 0.5,
    n: values.length,
  };
}

/** @throws ConfigError unless there are at least two probes, the fewest that have an error */
export function checkProbes(probes: number, caller: string): void {
  if (!Number.isInteger(probes) || probes < 2) {
    throw new ConfigError(
      `${caller}: probes must be a whole number ≥ 2, got ${probes}; a single one has no error.`,
      { probes },
    );
  }
}

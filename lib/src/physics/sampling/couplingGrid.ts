import { ConfigError } from "../../core/errors.js";

/** Evenly spaced hopping parameters, as manifests write them. */
export interface CouplingGrid {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/**
 * Hopping parameters κ_b = first + step · b, b = 0 … count − 1, rounded to twelve digits, so that
 * κ = 0 is 0.
 * @throws ConfigError unless count is a positive whole number and the other two are finite
 */
export function couplingGrid({ first, step, count }: CouplingGrid): Float64Array {
  if (!(Number.isInteger(count) && count >= 1 && Number.isFinite(first) && Number.isFinite(step))) {
    const fact = `first ${first}, step ${step}, count ${count}`;
    throw new ConfigError(`couplings: ${fact}; give finite numbers and at least one coupling.`, {
      first,
      step,
      count,
    });
  }
  return Float64Array.from({ length: count }, (_, b) => Number((first + step * b).toFixed(12)) + 0);
}

import { ConfigError } from "../../core/errors.js";
import type { Tuning } from "./tuning.js";

/**
 * Acceptance that tuning aims at where nothing else is said; the cost hardly changes from .8 to
 * .95.
 */
export const targetAcceptance = 0.9;

/** @throws ConfigError outside (0, 1) */
export function checkTarget(target: number): void {
  if (!(target > 0 && target < 1)) {
    throw new ConfigError(
      `hmc: the target acceptance is ${target}; it must lie between 0 and 1, .8 to .95 is sensible.`,
      { target },
    );
  }
}

/** Complementary error function to 1.5e-7: Abramowitz & Stegun 7.1.26, for x ≥ 0. */
function erfc(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  return (
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-x * x)
  );
}

/**
 * Root mean square of ΔH at which the acceptance is the given one: erfc(σ/√8) for a normal ΔH with
 * ⟨e^{−ΔH}⟩ = 1.
 */
function spreadFor(acceptance: number): number {
  let [low, high] = [0, 20];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (erfc(middle / Math.sqrt(8)) > acceptance) low = middle;
    else high = middle;
  }
  return low;
}

// Above this ΔH is no longer proportional to ε², so more is not to be learnt from it
const LARGEST = 3;
// More would hide that the force is not the action's derivative: then ΔH does not fall with the
// steps
const MOST_STEPS = 1000;
// Decisions come after trajectories 4, 8, 16, …: the first ones are far from equilibrium, and each
// rests mostly on those since the last
const FIRST_DECISION = 4;
const REMEMBERED = 0.25;

/**
 * The number of steps a trajectory from what the trajectories so far showed: rms ΔH = c/steps²
 * (both integrators), so the smallest number that gives the wanted acceptance follows from c.
 * Decides after trajectories 4, 8, 16, … and at the end of tuning, by no more than a factor ½ to
 * about 3 at a time. A function of its arguments alone.
 * @param tuning `sum` and `count` hold c² and the number of trajectories, older ones with less
 *   weight
 * @param trajectory  index of the trajectory that gave `deltaH`, from 0
 * @param last        true for the last trajectory of tuning
 */
export function tuneSteps(
  tuning: Tuning,
  deltaH: number,
  trajectory: number,
  last: boolean,
  target: number,
): Tuning {
  const { setting } = tuning;
  const sum = tuning.sum + (Math.min(Math.abs(deltaH), LARGEST) * setting * setting) ** 2;
  const count = tuning.count + 1;
  const done = trajectory + 1;
  if (done < FIRST_DECISION || !(last || (done & (done - 1)) === 0)) return { setting, sum, count };
  const wanted = Math.sqrt(Math.sqrt(sum / count) / spreadFor(target));
  const steps = Math.min(MOST_STEPS, Math.max(1, Math.ceil(Math.max(0.5 * setting, wanted))));
  return { setting: steps, sum: REMEMBERED * sum, count: REMEMBERED * count };
}

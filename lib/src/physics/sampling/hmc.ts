import { having } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Rng } from "../../core/random/rng.js";
import type { Action } from "../lattice/action.js";
import { beginChain, chainOptions, type ChainState } from "./chainState.js";
import { checkIntegration, type Integrator } from "./integrators.js";
import type { HmcSample } from "./sample.js";
import { checkTarget, targetAcceptance, tuneSteps } from "./stepSize.js";
import { makeTrajectory } from "./trajectory.js";
import { tuningTrajectories } from "./tuning.js";

/** Options of `hmc`. */
export interface HmcOptions {
  /** The chain's stream; trajectory k draws from its fork `trajectory k` alone. */
  readonly rng: Rng;
  /** Configuration to begin with, [sites]; copied. Needed unless `resume` is given. */
  readonly start?: Float64Array;
  /**
   * Where an earlier chain with the same settings and stream stopped, `chainState(sample)`; needed
   * unless `start` is given.
   */
  readonly resume?: ChainState;
  /** "omelyan" by default. */
  readonly integrator?: Integrator;
  /** Steps a trajectory, 10 by default; where tuning is on, the number it begins with. */
  readonly steps?: number;
  /** Length of a trajectory, 1 by default. */
  readonly length?: number;
  /**
   * So many first trajectories thermalise; the first four fifths of them tune the number of steps.
   * 0 by default: nothing is tuned.
   */
  readonly thermalisation?: number;
  /** Acceptance that tuning aims at, .9 by default. */
  readonly targetAcceptance?: number;
}

const anAction = having(
  "an action such as physics.yukawaAction makes",
  "lattice",
  "value",
  "force",
);

/**
 * Hybrid Monte Carlo (Duane et al. 1987) for any action: an endless chain whose stationary weight
 * is e^{−S}, exactly, at any step size. The paper uses it for all its data (Blücher et al. 2020,
 * App. A 2).
 *
 * A chain is a function of start, stream and options: stopping at trajectory k and resuming gives
 * the same numbers, bit for bit. Thermalisation is yielded too, marked as such. A trajectory whose
 * linear systems cannot be solved is rejected and says so (`failed`).
 * @throws ConfigError for settings out of range, ShapeError for a start of another size
 */
export function* hmc(action: Action, options: HmcOptions): Generator<HmcSample, never, void> {
  takes("hmc", { action: [action, anAction], options: [options, chainOptions] });
  const {
    rng,
    integrator = "omelyan",
    steps = 10,
    length = 1,
    thermalisation = 0,
    targetAcceptance: target = targetAcceptance,
  } = options;
  checkIntegration({ integrator, steps, length });
  checkTarget(target);
  const state = beginChain("hmc", action.lattice.sites, options, steps);
  const { field } = state;
  let { trajectory, tuning } = state;
  const tuned = tuningTrajectories(thermalisation);
  const update = makeTrajectory(action);
  for (; ; trajectory++) {
    const result = update(field, rng.fork(`trajectory ${trajectory}`), {
      integrator,
      steps: tuning.setting,
      length,
    });
    if (trajectory < tuned)
      tuning = tuneSteps(tuning, result.deltaH, trajectory, trajectory === tuned - 1, target);
    yield { field, trajectory, ...result, tuning, thermalising: trajectory < thermalisation };
  }
}

import { NotConvergedError } from "../../core/errors.js";
import { dot } from "../../core/tensor.js";
import type { Rng } from "../../core/random/rng.js";
import type { Action } from "../lattice/action.js";
import { integrate, type Integration } from "./integrators.js";
import { fillNormal } from "./normals.js";

/** How one proposal of a trajectory ended. */
export interface Update {
  readonly accepted: boolean;
  /**
   * Change of H = ½ Σ π² + S along the trajectory; +∞ where the integrator left the range of
   * numbers.
   */
  readonly deltaH: number;
  /** min(1, e^{−ΔH}): averages to the acceptance with less noise than the decisions. */
  readonly acceptance: number;
  /** True where the action's solver gave up on the way; absent otherwise. */
  readonly failed?: boolean;
}

const FAILED: Update = { accepted: false, deltaH: Infinity, acceptance: 0, failed: true };

/**
 * The update of hybrid Monte Carlo: momenta π ~ e^{−π²/2}, one trajectory of molecular dynamics,
 * acceptance with probability min(1, e^{−ΔH}). Where the action names a `correction` (what its
 * `value` leaves out of the exact action), a second step accepts with min(1, e^{−Δcorrection});
 * both together leave the exact weight invariant.
 *
 * Where the action cannot be evaluated, its solver having given up (`NotConvergedError`), the
 * trajectory is rejected: the way back, which passes the same fields, would fail as well, so that
 * detailed balance holds.
 *
 * Momenta, auxiliary fields and decisions draw from forks of their own of the trajectory's stream,
 * so an update depends on field, stream and integration alone.
 * @returns a function that updates `field` in place; its buffers serve all its calls
 */
export function makeTrajectory(
  action: Action,
): (field: Float64Array, rng: Rng, integration: Integration) => Update {
  const { sites } = action.lattice;
  const momentum = new Float64Array(sites);
  const force = new Float64Array(sites);
  const before = new Float64Array(sites);
  return (field, rng, integration) => {
    before.set(field);
    fillNormal(rng.fork("momenta"), momentum);
    action.refresh?.(field, rng.fork("pseudofermions"));
    let difference: number;
    try {
      const start = 0.5 * dot(momentum, momentum) + action.value(field);
      integrate(action, field, momentum, force, integration);
      difference = 0.5 * dot(momentum, momentum) + action.value(field) - start;
    } catch (error) {
      if (!(error instanceof NotConvergedError)) throw error;
      field.set(before);
      return FAILED;
    }
    const deltaH = Number.isNaN(difference) ? Infinity : difference;
    const acceptance = Math.min(1, Math.exp(-deltaH));
    const decisions = rng.fork("accept");
    let accepted = decisions.uniform() < acceptance;
    if (accepted && action.correction) {
      accepted =
        decisions.uniform() < Math.exp(action.correction(before) - action.correction(field));
    }
    if (!accepted) field.set(before);
    return { accepted, deltaH, acceptance };
  };
}

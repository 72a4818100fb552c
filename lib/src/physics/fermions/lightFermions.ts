import { LARGEST_EXACT } from "./exactUpdates.js";
import { fieldReach } from "./fieldReach.js";
import type { YukawaParameters } from "../lattice/yukawaParameters.js";

// Sites of a run reach fields of this much scalar action above the least now and then
const REACHED = 8;

/** The least M_f + gφ that a run meets at its sites now and then; below 0 it changes its sign. */
export function leastMassReached(parameters: YukawaParameters, dimensions: number): number {
  const { fermionMass, yukawaCoupling } = parameters;
  if (yukawaCoupling === 0) return fermionMass;
  return fermionMass - Math.abs(yukawaCoupling) * fieldReach(parameters, dimensions, REACHED);
}

/**
 * Whether M_f + gφ changes its sign at sites that a run meets, |g φ| ≳ M_f. Where it nowhere does,
 * det D > 0: D is then A^½ times one plus an antisymmetric matrix times A^½. Where it does, det D
 * may vanish, and hmc does not pass its zeros.
 */
export function lightFermions(parameters: YukawaParameters, dimensions: number): boolean {
  return parameters.yukawaCoupling !== 0 && leastMassReached(parameters, dimensions) <= 0;
}

/** Fermions and algorithm that are right at these couplings, as a piece of advice. */
export function rightTreatment(shape: readonly number[], parameters: YukawaParameters): string {
  if (parameters.yukawaCoupling === 0)
    return 'fermions: "quenched", the determinant being a constant at g = 0';
  if (!lightFermions(parameters, shape.length))
    return 'fermions: "pseudofermion" with algorithm: "hmc"';
  return exactTreatment(shape);
}

/** Fermions and algorithm that are right at all couplings, as a piece of advice. */
export function exactTreatment(shape: readonly number[]): string {
  const sites = shape.reduce((product, extent) => product * extent, 1);
  const small = sites <= LARGEST_EXACT ? "" : `, on a lattice of at most ${LARGEST_EXACT} sites`;
  return `fermions: "exact" with algorithm: "cluster"${small}`;
}

import { ConfigError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import { exactDeterminant, type ExactDeterminant } from "./exactDeterminant.js";
import type { Lattice } from "../lattice/lattice.js";
import type { FieldUpdates } from "../sampling/signUpdates.js";
import { checkStaggeredShape } from "../lattice/staggeredPhases.js";
import {
  checkDirac,
  checkKleinGordon,
  type YukawaParameters,
} from "../lattice/yukawaParameters.js";

/** Sites of the largest lattice whose determinant is weighed exactly; a step takes a second. */
export const LARGEST_EXACT = 1024;

/** @throws ConfigError for more than 1024 sites, and for extents without staggered fermions */
export function checkExact(shape: readonly number[]): void {
  checkStaggeredShape(shape);
  const sites = shape.reduce((product, extent) => product * extent, 1);
  if (sites > LARGEST_EXACT) {
    throw new ConfigError(
      `fermions "exact": [${shape}] has ${sites} sites and D⁻¹ is dense; at most ` +
        `${LARGEST_EXACT} are allowed. Use a smaller lattice, or fermions "pseudofermion" where ` +
        "M_f + gφ keeps its sign.",
      { shape, sites },
    );
  }
}

/**
 * Updates with the exact weight det(DᵀD) e^{−S_KG} = (det D)² e^{−S_KG}, for fermions of any mass
 * on small lattices.
 *
 * det D is real and changes its sign where the fermions are light. No continuous trajectory passes
 * its zeros, at which the weight vanishes; steps of finite size do. A site's step φ → φ + δ is
 * weighed with (1 + gδ (D⁻¹)_nn)², a flip of signs with both determinants. Besides single sites and
 * clusters each step proposes to reflect the whole field, φ → −φ, and the sites of one colour: det
 * D is not symmetric under these, so that without them states of either sign are metastable.
 *
 * A step depends on the field alone: matrices are made anew from it.
 * @throws ConfigError for couplings out of range, and as `checkExact`
 */
export function exactUpdates(lattice: Lattice, parameters: YukawaParameters): FieldUpdates {
  checkKleinGordon(parameters, lattice);
  checkDirac(parameters);
  checkExact(lattice.shape);
  const determinant = exactDeterminant(lattice, parameters);
  const all = Int32Array.from(lattice.parity.keys());
  let [current, proposed] = [NaN, NaN]; // ln |det D| of the field and of what was proposed last

  const negate = (field: Float64Array, members: Int32Array, size: number): void => {
    for (let k = 0; k < size; k++) field[members[k]] = -field[members[k]];
  };
  /** Whether signs may change, with ΔS of the scalar field beside the determinants. */
  const accepts = (
    field: Float64Array,
    members: Int32Array,
    size: number,
    scalar: number,
    rng: Rng,
  ): boolean => {
    negate(field, members, size);
    proposed = determinant.logDeterminant(field);
    negate(field, members, size);
    const change = scalar - 2 * (proposed - current);
    return change <= 0 || rng.uniform() < Math.exp(-change);
  };
  const flip = (field: Float64Array, members: Int32Array, size: number): void => {
    negate(field, members, size);
    current = proposed;
  };
  const reflect = (field: Float64Array, members: Int32Array, scalar: number, rng: Rng): number => {
    if (!accepts(field, members, members.length, scalar, rng)) return 0;
    flip(field, members, members.length);
    return 1;
  };
  return {
    sweep: (field, rng, width) => {
      const accepted = sweepSites(lattice, parameters, determinant, field, rng, width);
      current = determinant.logDeterminant(field);
      return accepted / lattice.sites;
    },
    accepts: (field, { members, size }, rng) => accepts(field, members, size, 0, rng),
    flip: (field, { members, size }) => flip(field, members, size),
    finish: (field, rng) => {
      const colour = determinant.sites[rng.integer(2) === 0 ? 1 : -1];
      // every link joins the two colours, so all products φφ′ change their sign
      const scalar = 4 * parameters.hoppingParameter * linkSum(lattice, field);
      return reflect(field, colour, scalar, rng) + reflect(field, all, 0, rng);
    },
  };
}

/**
 * Metropolis on all sites, even ones first, accepted with min(1, ratio² e^{−ΔS_KG}).
 * @returns the number accepted
 */
function sweepSites(
  { neighbours, dimensions }: Lattice,
  parameters: YukawaParameters,
  determinant: ExactDeterminant,
  field: Float64Array,
  rng: Rng,
  width: number,
): number {
  const { hoppingParameter: kappa, quarticCoupling: lambda } = parameters;
  const degree = 2 * dimensions;
  let accepted = 0;
  for (const colour of [1, -1] as const) {
    determinant.follow(field, colour);
    for (const n of determinant.sites[colour]) {
      let around = 0;
      for (let k = n * degree; k < (n + 1) * degree; k++) around += field[neighbours[k]];
      const old = field[n];
      const by = width * (2 * rng.uniform() - 1);
      const proposed = old + by;
      const [oldSquare, square] = [old * old, proposed * proposed];
      const potential = (square - oldSquare) * (1 - 2 * lambda + lambda * (square + oldSquare));
      const ratio = determinant.ratio(n, by);
      const weight = ratio * ratio * Math.exp(2 * kappa * around * by - potential);
      if (weight >= 1 || rng.uniform() < weight) {
        field[n] = proposed;
        determinant.change(n, by);
        accepted++;
      }
    }
  }
  return accepted;
}

/** Σ φ(n) φ(n+μ̂) over all links. */
function linkSum({ sites, dimensions, neighbours }: Lattice, field: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < sites; n++) {
    const first = n * 2 * dimensions;
    for (let mu = 0; mu < dimensions; mu++) sum += field[n] * field[neighbours[first + mu]];
  }
  return sum;
}

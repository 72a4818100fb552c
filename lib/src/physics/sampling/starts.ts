import { ConfigError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import type { Lattice } from "../lattice/lattice.js";
import { fillNormal } from "./normals.js";
import type { YukawaParameters } from "../lattice/yukawaParameters.js";

/** How a chain begins. */
export type Start = "ordered" | "random";

/**
 * The configuration a chain begins with, [sites].
 *
 * "ordered": the minimum of the action among uniform (κ ≥ 0) or staggered (κ < 0) fields, φ² = (2λ
 * − 1 + 2d|κ|)/2λ, or 0 where that is negative or λ = 0. Below κ = −.19 and above .185 this is the
 * order of the phase at the paper's couplings, and a random start often freezes into domain walls
 * there, which hmc cannot remove; in between it melts within some τ_int. A uniform field has the
 * sign that the fermions favour, that of g M_f: the other is metastable.
 *
 * "random": independent normal numbers of variance ½, exact at κ = λ = 0.
 * @throws ConfigError for another word
 */
export function startField(
  start: Start,
  lattice: Lattice,
  parameters: YukawaParameters,
  rng: Rng,
): Float64Array {
  const field = new Float64Array(lattice.sites);
  if (start === "random") {
    fillNormal(rng, field);
    for (let n = 0; n < field.length; n++) field[n] *= Math.SQRT1_2;
    return field;
  }
  if (start !== "ordered")
    throw new ConfigError(
      `start: ${JSON.stringify(start)} is not known. Use "ordered" or "random".`,
      { start },
    );
  const {
    hoppingParameter: kappa,
    quarticCoupling: lambda,
    fermionMass,
    yukawaCoupling,
  } = parameters;
  const square =
    lambda > 0 ? (2 * lambda - 1 + 2 * lattice.dimensions * Math.abs(kappa)) / (2 * lambda) : 0;
  const amplitude = Math.sqrt(Math.max(0, square)) * (yukawaCoupling * fermionMass < 0 ? -1 : 1);
  for (let n = 0; n < field.length; n++)
    field[n] = kappa < 0 ? amplitude * lattice.parity[n] : amplitude;
  return field;
}

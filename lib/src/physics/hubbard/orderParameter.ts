import { ShapeError } from "../../core/errors.js";
import { occupation, type FockBasis } from "./fock.js";

/** ⟨n_i⟩ of each site in a unit state on the half-filled basis, [L]. */
export function siteDensities(basis: FockBasis, state: Float64Array): Float64Array {
  if (state.length !== basis.dimension) {
    throw new ShapeError(
      `siteDensities: a chain of ${basis.sites} sites has ${basis.dimension} amplitudes, got ${state.length}. Pass a state in the full basis.`,
    );
  }
  const densities = new Float64Array(basis.sites);
  for (let k = 0; k < basis.dimension; k++) {
    const weight = state[k] * state[k];
    for (let i = 0; i < basis.sites; i++)
      densities[i] += occupation(basis.states[k], i, basis.sites) * weight;
  }
  return densities;
}

/**
 * Order parameter of the charge-density wave, between 0 (Luttinger liquid) and 1.
 *
 *   O = (1/L) Σ_i |⟨n_i⟩ − ⟨n_{i+1}⟩|        Dawid et al. 2021, Fig. 2
 */
export function cdwOrderParameter(densities: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < densities.length; i++)
    sum += Math.abs(densities[i] - densities[(i + 1) % densities.length]);
  return sum / densities.length;
}

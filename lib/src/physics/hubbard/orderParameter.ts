import { having, kind, listOf, numbers } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ShapeError } from "../../core/errors.js";
import { occupation, type FockBasis } from "./fock.js";

const amplitude = kind(
  "an amplitude in [-1, 1] of a state of norm 1",
  (value) => typeof value === "number" && Math.abs(value) <= 1,
);

/** ⟨n_i⟩ of each site in a unit state on the half-filled basis, [L]. */
export function siteDensities(basis: FockBasis, state: Float64Array): Float64Array {
  takes("siteDensities", {
    basis: [basis, having("a basis such as physics.halfFilledBasis(8) makes", "states", "sites")],
    state: [state, listOf(amplitude)],
  });
  if (state.length !== basis.dimension) {
    throw new ShapeError(
      `siteDensities: a chain of ${basis.sites} sites has ${basis.dimension} amplitudes, got ${state.length}. Pass a state in the full basis.`,
    );
  }
  return densitiesOf(basis, state);
}

/** The same where the state is one: after every diagonalisation. */
export function densitiesOf(basis: FockBasis, state: Float64Array): Float64Array {
  const { sites, states, dimension } = basis;
  // weight of each occupation of the chain's first and second half, of whose sites it is made then
  const bits = sites >> 1;
  const half = 1 << bits;
  const [first, second] = [new Float64Array(half), new Float64Array(half)];
  for (let k = 0; k < dimension; k++) {
    const weight = state[k] * state[k];
    first[states[k] >> bits] += weight;
    second[states[k] & (half - 1)] += weight;
  }
  const densities = new Float64Array(sites);
  for (let occupied = 1; occupied < half; occupied++) {
    for (let i = 0; i < bits; i++) {
      if (occupation(occupied, i, bits) === 0) continue;
      densities[i] += first[occupied];
      densities[bits + i] += second[occupied];
    }
  }
  return densities;
}

/**
 * Order parameter of the charge-density wave, between 0 (Luttinger liquid) and 1.
 *
 *   O = (1/L) Σ_i |⟨n_i⟩ − ⟨n_{i+1}⟩|        Dawid et al. 2021, Fig. 2
 */
export function cdwOrderParameter(densities: ArrayLike<number>): number {
  takes("cdwOrderParameter", { densities: [densities, numbers(1)] });
  return orderParameterOf(densities);
}

/** The same where the densities are some: after every diagonalisation. */
export function orderParameterOf(densities: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < densities.length; i++)
    sum += Math.abs(densities[i] - densities[(i + 1) % densities.length]);
  return sum / densities.length;
}

import { row, tensor } from "../../core/tensor.js";
import { davidson } from "../../linalg/davidson.js";
import { lanczos } from "../../linalg/lanczos.js";
import { lowestEigenpairWorkspace } from "../../linalg/lowestEigenpair.js";
import type { FockBasis } from "./fock.js";
import {
  chainOperator,
  referenceEnergy,
  shiftedDiagonal,
  type Couplings,
  type HubbardTerms,
} from "./hubbardTerms.js";
import { symmetryOrbits } from "./orbits.js";

/** What a solver is made for; V₁ changes from one ground state to the next. */
type Fixed = Omit<Couplings, "interaction">;

/** A way to the ground state of one chain, ready for any interaction. */
export interface HubbardSolver {
  /** Of the matrix that is diagonalised. */
  readonly dimension: number;
  /**
   * Writes the amplitudes in the full basis to `state` and returns the energy, counted from
   * `referenceEnergy`.
   */
  solve(interaction: number, state: Float64Array): number;
}

// Up to here the full space is solved densely (12 sites: 924 states, .1 s), above by an iterative
// method.
const DENSE_DIMENSION = 1000;
// A residual far below the smallest gap, 1e-7 L at h₁ = 1e-7, leaves no doubt which state it is;
// rounding allows 1e-14.
const RESIDUAL = 1e-12;

/**
 * Indices in the order of rising interaction energy at V₁ = J: graded matrices keep the small
 * energies' digits if those come first.
 */
function byInteractionEnergy(
  { interaction, second }: Pick<HubbardTerms, "interaction" | "second">,
  strength: number,
): Int32Array {
  const values = interaction.map((value, k) => value + strength * second[k]);
  return Int32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
}

/** In the symmetry-adapted basis of `symmetryOrbits`, densely. */
export function symmetricSolver(fock: FockBasis, terms: HubbardTerms, fixed: Fixed): HubbardSolver {
  const orbits = symmetryOrbits(fock);
  const n = orbits.count;
  const unsorted = termsOf(orbits.representative, terms);
  const order = byInteractionEnergy(unsorted, fixed.second);
  const place = new Int32Array(n);
  order.forEach((orbit, k) => {
    place[orbit] = k;
  });

  // ⟨a|H|b⟩ = −½ (number of hops between the orbits) / √(size_a size_b)
  const hopping = new Float64Array(n * n);
  for (let k = 0; k < fock.dimension; k++) {
    const a = orbits.label[k];
    for (let t = terms.hopStarts[k]; t < terms.hopStarts[k + 1]; t++) {
      const b = orbits.label[terms.hopTargets[t]];
      hopping[place[a] * n + place[b]] -= 0.5;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      hopping[i * n + j] /= Math.sqrt(orbits.size[order[i]] * orbits.size[order[j]]);
  }
  const sorted = termsOf(order, unsorted);
  const workspace = lowestEigenpairWorkspace(n);
  workspace.matrix.set(hopping); // of which the diagonal alone changes
  const column = Int32Array.from(orbits.label, (orbit) => place[orbit]);
  const weight = Float64Array.from(orbits.label, (orbit) => 1 / Math.sqrt(orbits.size[orbit]));
  return {
    dimension: n,
    solve: (interaction, state) => {
      const couplings = { interaction, ...fixed };
      const diagonal = shiftedDiagonal(sorted, couplings, referenceEnergy(terms, couplings));
      for (let k = 0; k < n; k++) workspace.matrix[k * n + k] = hopping[k * n + k] + diagonal[k];
      const energy = workspace.solve();
      for (let k = 0; k < state.length; k++) state[k] = weight[k] * workspace.vector[column[k]];
      return energy;
    },
  };
}

/** The diagonal terms of chosen states. */
function termsOf(
  chosen: ArrayLike<number>,
  { interaction, second, staggered }: DiagonalTerms,
): DiagonalTerms {
  const take = (values: Float64Array): Float64Array => Float64Array.from(chosen, (k) => values[k]);
  return { interaction: take(interaction), second: take(second), staggered: take(staggered) };
}

type DiagonalTerms = Pick<HubbardTerms, "interaction" | "second" | "staggered">;

/**
 * In the full half-filled space, by a way that shares neither symmetries nor, beyond 12 sites, the
 * eigensolver with `symmetricSolver`.
 */
export function fullSolver(fock: FockBasis, terms: HubbardTerms, fixed: Fixed): HubbardSolver {
  const solve =
    fock.dimension <= DENSE_DIMENSION ? denseSolver(terms, fixed) : iterativeSolver(terms, fixed);
  return { dimension: fock.dimension, solve };
}

function denseSolver(terms: HubbardTerms, fixed: Fixed): HubbardSolver["solve"] {
  const n = terms.interaction.length;
  const order = byInteractionEnergy(terms, fixed.second);
  const place = new Int32Array(n);
  order.forEach((k, at) => {
    place[k] = at;
  });
  const workspace = lowestEigenpairWorkspace(n);
  return (interaction, state) => {
    const diagonal = diagonalOf(terms, { interaction, ...fixed });
    workspace.matrix.fill(0);
    for (let k = 0; k < n; k++) {
      workspace.matrix[place[k] * n + place[k]] = diagonal[k];
      for (let t = terms.hopStarts[k]; t < terms.hopStarts[k + 1]; t++)
        workspace.matrix[place[k] * n + place[terms.hopTargets[t]]] -= 0.5;
    }
    const energy = workspace.solve();
    for (let k = 0; k < n; k++) state[k] = workspace.vector[place[k]];
    return energy;
  };
}

const diagonalOf = (terms: HubbardTerms, couplings: Couplings): Float64Array =>
  shiftedDiagonal(terms, couplings, referenceEnergy(terms, couplings));

/**
 * Without symmetries and without the matrix: both members of the doublet by Davidson's method,
 * below them a shift from Lanczos.
 */
function iterativeSolver(terms: HubbardTerms, fixed: Fixed): HubbardSolver["solve"] {
  const n = terms.interaction.length;
  return (interaction, state) => {
    const diagonal = diagonalOf(terms, { interaction, ...fixed });
    const operator = chainOperator(terms, diagonal);
    const estimate = lanczos(operator, { tolerance: 1e-5, maxSteps: 300, partial: true });
    // a fraction of the gap above the doublet, about .3 or more
    const shift = estimate.values[0] - estimate.residuals[0] - 0.1;
    // Both members of the doublet: a rough ground state, and the same with the sign of the
    // sublattice that is fuller
    const start = tensor([2, n]);
    start.data.set(estimate.vectors.data);
    for (let k = 0; k < n; k++)
      start.data[n + k] = estimate.vectors.data[k] * terms.staggered[k] + 1e-3 / Math.sqrt(n);
    const pair = davidson(operator, {
      start,
      shift,
      tolerance: RESIDUAL,
      wanted: "first",
      preconditioner: (residual) => residual.map((value, k) => value / (diagonal[k] - shift)),
    });
    state.set(row(pair.vectors, 0));
    let sum = 0;
    for (let k = 0; k < n; k++) sum += state[k];
    if (sum < 0) for (let k = 0; k < n; k++) state[k] = -state[k];
    return pair.values[0];
  };
}

import { row, tensor } from "../../core/tensor.js";
import { davidson } from "../../linalg/davidson.js";
import { lanczos } from "../../linalg/lanczos.js";
import { lowestEigenpairWorkspace } from "../../linalg/lowestEigenpair.js";
import { nodaIteration } from "../../linalg/nodaIteration.js";
import type { SparseRows } from "../../linalg/sparseFactor.js";
import { occupation, type FockBasis } from "./fock.js";
import {
  chainOperator,
  referenceEnergy,
  shiftedDiagonal,
  type Couplings,
  type HubbardTerms,
} from "./hubbardTerms.js";
import { symmetryOrbits, type Orbits } from "./orbits.js";

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
// By how much an amplitude falls with its interaction energy, in the start of the iteration
const CROWDING = 0.6;

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

/** In the symmetry-adapted basis of `symmetryOrbits`. */
export function symmetricSolver(fock: FockBasis, terms: HubbardTerms, fixed: Fixed): HubbardSolver {
  const orbits = symmetryOrbits(fock);
  const { count, label, size, representative } = orbits;
  const rows = hopsBetween(orbits, terms);
  const ofOrbits = termsOf(representative, terms);
  const own = rows.map((row, k) => row.get(k) ?? 0); // hops within an orbit
  for (const [k, row] of rows.entries()) row.delete(k);
  const iteration = nodaIteration(rows);
  let dense: DensePair | undefined; // seldom needed
  const amplitudes = freeAmplitudes(fock, representative);
  const norms = Float64Array.from(size, Math.sqrt);
  const start = new Float64Array(count);
  const weighted = new Float64Array(count);
  return {
    dimension: count,
    solve: (interaction, state) => {
      const couplings = { interaction, ...fixed };
      const diagonal = shiftedDiagonal(ofOrbits, couplings, referenceEnergy(terms, couplings));
      for (let k = 0; k < count; k++) {
        start[k] = (amplitudes[k] * norms[k]) / (1 + CROWDING * Math.max(0, diagonal[k]));
        diagonal[k] += own[k];
      }
      let energy = iteration.solve(diagonal, start);
      let { vector } = iteration;
      if (energy === undefined) {
        dense ??= densePair(rows, byInteractionEnergy(ofOrbits, fixed.second));
        energy = dense.solve(diagonal);
        ({ vector } = dense);
      }
      for (let k = 0; k < count; k++) weighted[k] = vector[k] / norms[k];
      for (let k = 0; k < state.length; k++) state[k] = weighted[label[k]];
      return energy;
    },
  };
}

/** ⟨a|H|b⟩ = −½ (number of hops between the orbits) / √(size_a size_b), row by row. */
function hopsBetween(
  { count, label, size }: Orbits,
  { hopStarts, hopTargets }: HubbardTerms,
): Map<number, number>[] {
  const rows = Array.from({ length: count }, () => new Map<number, number>());
  for (let k = 0; k < label.length; k++) {
    const row = rows[label[k]];
    for (let t = hopStarts[k]; t < hopStarts[k + 1]; t++) {
      const b = label[hopTargets[t]];
      row.set(b, (row.get(b) ?? 0) + 1);
    }
  }
  rows.forEach((row, a) => {
    for (const [b, hops] of row) row.set(b, (-0.5 * hops) / Math.sqrt(size[a] * size[b]));
  });
  return rows;
}

/**
 * Amplitudes of the ground state of free fermions, their Vandermonde determinant: Π sin(π r / L)
 * over the distances r of all pairs, up to a factor. Where the interaction punishes neighbours,
 * `CROWDING` does as well; what is left is a start.
 */
function freeAmplitudes({ sites, states }: FockBasis, chosen: ArrayLike<number>): Float64Array {
  const sine = Float64Array.from({ length: sites }, (_, r) => Math.sin((Math.PI * r) / sites));
  return Float64Array.from(chosen, (k) => {
    let product = 1;
    for (let i = 0; i < sites; i++) {
      if (occupation(states[k], i, sites) === 0) continue;
      for (let j = 0; j < i; j++) if (occupation(states[k], j, sites) === 1) product *= sine[i - j];
    }
    return product;
  });
}

/** The lowest eigenpair of a dense matrix whose diagonal alone changes. */
interface DensePair {
  readonly vector: Float64Array;
  solve(diagonal: Float64Array): number;
}

/** @param order  in which the rows are reduced */
function densePair(rows: SparseRows, order: Int32Array): DensePair {
  const n = rows.length;
  const workspace = lowestEigenpairWorkspace(n);
  const place = new Int32Array(n);
  order.forEach((row, k) => {
    place[row] = k;
  });
  rows.forEach((row, a) => {
    for (const [b, value] of row) workspace.matrix[place[a] * n + place[b]] = value;
  });
  const vector = new Float64Array(n);
  return {
    vector,
    solve: (diagonal) => {
      for (let k = 0; k < n; k++) workspace.matrix[place[k] * (n + 1)] = diagonal[k];
      const value = workspace.solve();
      for (let k = 0; k < n; k++) vector[k] = workspace.vector[place[k]];
      return value;
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

import { optional, real, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, NumericalError, ShapeError } from "../../core/errors.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import { halfFilledBasis, type FockBasis } from "./fock.js";
import { fullSolver, symmetricSolver, type HubbardSolver } from "./hubbardSolvers.js";
import {
  chainOperator,
  hubbardTerms,
  referenceEnergy,
  shiftedDiagonal,
  type HubbardTerms,
} from "./hubbardTerms.js";
import { densitiesOf, orderParameterOf } from "./orderParameter.js";

/** Which space is diagonalised; the ground state is returned in the full basis either way. */
export type HubbardBasis = "symmetric" | "full";

/** Options of `hubbardChain`. */
export interface HubbardChainOptions {
  /** Even number of sites of the periodic chain, 4 to 18. */
  readonly sites: number;
  /**
   * Staggered field h₁ in units of J, which makes the chain choose one of its two ordered states;
   * the paper's 1e-7 by default.
   */
  readonly pinning?: number;
  /**
   * V₂ in units of J, between next neighbours: H has V₂ Σ_i (n_i − ½)(n_{i+2} − ½) as well. 0 by
   * default, as in the paper. At V₂ > V₁/2 ≫ J the chain orders as 1100 (CDW-II); its four patterns
   * are one orbit of the symmetries, and the ground state has them with equal weights.
   */
  readonly secondInteraction?: number;
  /**
   * The symmetric sector by default (62 states instead of 924); the full space takes another way
   * and is there to check it.
   */
  readonly basis?: HubbardBasis;
}

/** Ground state of the chain at one interaction. Energies in units of J. */
export interface HubbardGroundState {
  readonly energy: number;
  /**
   * Amplitudes in the half-filled basis, [C(L, L/2)], unit norm, none of them negative beyond
   * rounding.
   */
  readonly state: Float64Array;
  /** O = mean |⟨n_i⟩ − ⟨n_{i+1}⟩|, between 0 and 1. */
  readonly orderParameter: number;
  /** ⟨n_i⟩, [L]. */
  readonly densities: Float64Array;
}

/** A chain whose basis, symmetries and memory are set up once and serve every interaction. */
export interface HubbardChain {
  readonly sites: number;
  readonly pinning: number;
  /** V₂. */
  readonly secondInteraction: number;
  readonly fock: FockBasis;
  /** Dimension of the matrix that is diagonalised. */
  readonly solverDimension: number;
  /**
   * The ground state at interaction V₁ (units of J); its amplitudes are written to `state` if that
   * is given.
   */
  groundState(interaction: number, state?: Float64Array): HubbardGroundState;
  /** H in the full half-filled basis. */
  hamiltonian(interaction: number): SymmetricOperator;
}

const solvers: Record<
  HubbardBasis,
  (
    fock: FockBasis,
    terms: HubbardTerms,
    fixed: { second: number; pinning: number },
  ) => HubbardSolver
> = {
  symmetric: symmetricSolver,
  full: fullSolver,
};

// Rounding leaves the amplitudes that should be zero at ±1e-16 or so; a state with nodes has
// amplitudes of order −1e-3.
const NEGATIVE_AMPLITUDE = -1e-9;

/**
 * The half-filled Fermi-Hubbard chain of Dawid et al. 2021, Eq. (6), for repeated ground states at
 * different V₁. Conventions (hopping J/2, signs, order of the basis) are those of `hubbardTerms`
 * and `halfFilledBasis`.
 *
 * Deep in the charge-density wave the two ordered states differ in energy by h₁ L only, both
 * symmetric: see `nodaIteration` for why the lower one is found. All off-diagonal elements being
 * negative, the ground state is the only eigenvector without nodes (Perron and Frobenius), which is
 * checked each time. For V₁ well below −J (not in the paper) the chain separates into a full and an
 * empty half whose positions are degenerate to rounding: states there are one of many.
 *
 * @throws ConfigError for an odd, short or too long chain, or a pinning that is not a finite number
 */
export function hubbardChain(options: HubbardChainOptions): HubbardChain {
  takes("hubbardChain", { options: [options, record({ secondInteraction: optional(real) })] });
  const { sites, pinning = 1e-7, secondInteraction: second = 0, basis = "symmetric" } = options;
  const fock = halfFilledBasis(sites);
  if (!Number.isFinite(pinning)) {
    throw new ConfigError(
      `hubbardChain: pinning must be a finite number, got ${pinning}. The paper uses 1e-7.`,
      { pinning },
    );
  }
  if (!Object.hasOwn(solvers, basis)) {
    throw new ConfigError(
      `hubbardChain: basis must be "symmetric" or "full", got ${JSON.stringify(basis)}. Leave it out for "symmetric".`,
    );
  }
  const terms = hubbardTerms(fock);
  const { dimension: solverDimension, solve } = solvers[basis](fock, terms, {
    second,
    pinning,
  });
  return {
    sites,
    pinning,
    secondInteraction: second,
    fock,
    solverDimension,
    groundState: (interaction, state = new Float64Array(fock.dimension)) => {
      checkInteraction(interaction);
      if (state.length !== fock.dimension) {
        const fact = `${sites} sites have ${fock.dimension} amplitudes, the array given has ${state.length}`;
        throw new ShapeError(`groundState: ${fact}. Pass one of that length.`);
      }
      const energy =
        referenceEnergy(terms, { interaction, second }).energy + solve(interaction, state);
      checkNodeless(state, interaction);
      const densities = densitiesOf(fock, state);
      return { energy, state, orderParameter: orderParameterOf(densities), densities };
    },
    hamiltonian: (interaction) => {
      checkInteraction(interaction);
      return chainOperator(
        terms,
        shiftedDiagonal(terms, { interaction, second, pinning }, { pairs: 0, secondPairs: 0 }),
      );
    },
  };
}

/**
 * Ground state of one chain at one interaction V₁ (units of J). For many interactions use
 * `groundStates` or `hubbardChain`.
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * const { energy } = physics.hubbardGroundState({ sites: 8, interaction: 0, pinning: 0 });
 * const exact = -2 * (Math.cos(Math.PI / 8) + Math.cos((3 * Math.PI) / 8)); // four free fermions
 * console.log(Math.abs(energy - exact) < 1e-9); // → true
 * ```
 */
export function hubbardGroundState(
  options: HubbardChainOptions & { readonly interaction: number },
): HubbardGroundState {
  takes("hubbardGroundState", { options: [options, record()] });
  return hubbardChain(options).groundState(options.interaction);
}

/** Ground states of one chain at many interactions. */
export interface HubbardGroundStates {
  readonly interactions: Float64Array;
  /** [n, C(L, L/2)], row k the state at interactions[k]. */
  readonly states: Tensor;
  /** [n], units of J. */
  readonly energies: Float64Array;
  /** [n], between 0 and 1. */
  readonly orderParameters: Float64Array;
}

/**
 * Ground states at each of `interactions` (units of J), e.g. 1000 of them at 12 sites in .1 s, at
 * 14 in .4 s.
 */
export function groundStates(
  options: HubbardChainOptions & { readonly interactions: ArrayLike<number> },
): HubbardGroundStates {
  const chain = hubbardChain(options);
  const interactions = Float64Array.from(options.interactions);
  const states = tensor([interactions.length, chain.fock.dimension]);
  const energies = new Float64Array(interactions.length);
  const orderParameters = new Float64Array(interactions.length);
  interactions.forEach((interaction, k) => {
    const { energy, orderParameter } = chain.groundState(interaction, row(states, k));
    energies[k] = energy;
    orderParameters[k] = orderParameter;
  });
  return { interactions, states, energies, orderParameters };
}

function checkInteraction(interaction: number): void {
  if (!Number.isFinite(interaction)) {
    throw new ConfigError(
      `groundState: interaction must be a finite number in units of J, got ${interaction}. The paper uses 0 to 40.`,
    );
  }
}

function checkNodeless(state: Float64Array, interaction: number): void {
  let sound = true;
  for (let k = 0; k < state.length; k++) sound &&= state[k] >= NEGATIVE_AMPLITUDE; // false for NaN
  if (sound) return;
  const lowest = state.reduce((least, value) => Math.min(least, value), Infinity);
  throw new NumericalError(
    `groundState: amplitude ${lowest.toExponential(2)} at interaction ${interaction}; a ground state of this chain has none below 0. ` +
      'The lowest states are too close to be told apart: raise the pinning, or use basis "symmetric".',
    { lowest, interaction },
  );
}

import { takes } from "../../core/arguments/takes.js";
import { count, integer, optional, record } from "../../core/arguments/kinds.js";
import { makeDataset, oneHot, type Dataset } from "../../core/dataset.js";
import { ConfigError } from "../../core/errors.js";
import { makeRng } from "../../core/random/rng.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import { geomspace, linspace } from "./spacing.js";
import { groundStates } from "../../physics/hubbard/hubbard.js";
import { minMax, minMaxNormalise, type MinMax } from "../../physics/observables/minMax.js";

/**
 * The sets of Dawid et al. 2021: "even" is their test set, "mixed" the one of Fig. 5 with
 * out-of-distribution points.
 */
export type SetName = "training" | "validation" | "even" | "mixed";

/**
 * Rows of the "mixed" set whose components the authors permuted (Fig. 5): the out-of-distribution
 * points.
 */
export const permutedRows: readonly number[] = [3, 9, 15, 18, 22, 29, 36, 43, 49];

/**
 * Interactions V₁/J of the four sets (1000, 200, 50 and 50 of them), found by fitting the authors'
 * files; ascending.
 */
export function grids(): Record<SetName, Float64Array> {
  return {
    training: Float64Array.of(...linspace(0, 1, 500), ...linspace(1.01, 40, 500)),
    validation: Float64Array.of(...linspace(0.02, 0.998, 100), ...linspace(1.03, 39.998, 100)),
    even: Float64Array.of(...linspace(0.01, 0.999, 21).subarray(0, 20), ...geomspace(1.02, 39, 30)),
    mixed: Float64Array.of(
      ...linspace(0.01, 0.999, 20),
      ...linspace(1.02, 2, 10),
      ...geomspace(2.066, 39, 20),
    ),
  };
}

/** Classes: 0 is the Luttinger liquid (LL), 1 the charge-density wave (CDW-I). */
export const phaseNames: readonly string[] = ["LL", "CDW-I"];

/**
 * The phase label of a ground state, 0 (LL) or 1 (CDW-I).
 *
 * At 12 sites the authors call it CDW-I when the order parameter at h₁ = 1e-7 exceeds 1e-6. That
 * happens just above V₁ = 1.02, so V₁ = 1.01 and 1.02 still count as LL and the training set has
 * 501 of one and 499 of the other. (In their "mixed" file V₁ = 1.02 is labelled 1, in their "even"
 * one 0; here it is 0 in both.) The order parameter grows with the chain; at 14 sites the rule
 * would cross at V₁ = .926, so for every other length the label is V₁ > 1.01, the last point below
 * the transition.
 */
export function phaseLabel(point: {
  readonly sites: number;
  readonly interaction: number;
  readonly orderParameter: number;
}): number {
  return (point.sites === 12 ? point.orderParameter > 1e-6 : point.interaction > 1.01) ? 1 : 0;
}

/**
 * Normalised ground states x [n, 1, C(L, L/2)] with one-hot phases [n, 2], and the physics of each
 * row.
 */
export interface Data extends Dataset {
  /** V₁/J, [n]. */
  readonly interaction: Float64Array;
  /** Of the ground state, before any permutation; [n]. */
  readonly orderParameter: Float64Array;
  /** 0 (LL) or 1 (CDW-I), [n]. */
  readonly label: Int32Array;
  /** Rows whose components were permuted; empty but for "mixed". */
  readonly permutedRows: readonly number[];
  /** Range of the training set's amplitudes, by which every set is normalised. */
  readonly normalisation: MinMax;
}

/** Options of `data`. */
export interface DataOptions {
  /** 12 (Figs. 2 to 6) or 14 (Fig. 6) in the paper; any even length from 4 to 18. */
  readonly sites: number;
  readonly set: SetName;
  /**
   * Decides the permutations of the "mixed" set, nothing else; 0 by default. The authors' own
   * permutations are not published as a seed.
   */
  readonly seed?: number;
}

/**
 * One set of Dawid et al. 2021, made from the Hamiltonian: rows ascend in V₁ (training shuffles
 * them itself), channels first. The first call for a length also solves its training set, whose
 * range normalises all sets.
 * @throws ConfigError for an unknown set, an odd chain, or a seed that is not an integer
 */
export function data(options: DataOptions): Data {
  takes("dawid2021.data", {
    options: [options, record({ sites: count(4), seed: optional(integer) })],
  });
  const { sites, set, seed = 0 } = options;
  const sets = grids();
  if (!Object.hasOwn(sets, set)) {
    throw new ConfigError(
      `dawid2021.data: unknown set ${JSON.stringify(set)}. Use one of ${Object.keys(sets).join(", ")}.`,
      { set },
    );
  }
  const rng = makeRng(seed, "dawid2021/permuted rows"); // refuses a bad seed before the work starts
  const { interactions, states, orderParameters } = groundStates({
    sites,
    interactions: sets[set],
  });
  if (set === "training") trainingRanges.set(sites, minMax(states.data));
  const normalisation = trainingRange(sites);
  const permuted = set === "mixed" ? permutedRows : [];
  for (const n of permuted) permute(states, n, rng.fork(`row ${n}`).permutation(states.shape[1]));

  const label = Int32Array.from(interactions, (interaction, n) =>
    phaseLabel({ sites, interaction, orderParameter: orderParameters[n] }),
  );
  const dataset = makeDataset({
    x: tensor([states.shape[0], 1, states.shape[1]], minMaxNormalise(states, normalisation).data),
    target: oneHot(label, phaseNames.length),
    provenance: {
      generator: "dawid2021Data",
      params: { sites, set, pinning: 1e-7 },
      seed,
      source: "Dawid et al. 2021, arXiv:2108.02154, Eq. (6); exact diagonalisation",
    },
  });
  return {
    ...dataset,
    interaction: interactions,
    orderParameter: orderParameters,
    label,
    permutedRows: permuted,
    normalisation,
  };
}

// A pure function of the length, kept because each of the four sets needs it
const trainingRanges = new Map<number, MinMax>();

function trainingRange(sites: number): MinMax {
  const known = trainingRanges.get(sites);
  if (known) return known;
  const range = minMax(groundStates({ sites, interactions: grids().training }).states.data);
  trainingRanges.set(sites, range);
  return range;
}

/** Row n of the states with its components in the given order. */
function permute(states: Tensor, n: number, order: Int32Array): void {
  const values = row(states, n);
  const original = values.slice();
  for (let k = 0; k < order.length; k++) values[k] = original[order[k]];
}

import type { LayerRule } from "phaselens/lrp";
import type { HyperDual } from "./hyperDual.js";

/**
 * What a layer computes on samples of one shape, written out entry by entry. Several inputs are
 * counted through, one after the other.
 */
export type Naive = Sums | Largest | Entrywise | Computed;

/** y_j = Σ_terms coefficient · θ_weight · x_i (+ θ of the bias of j), θ of the layer alone. */
export interface Sums {
  readonly kind: "sums";
  readonly outputs: number;
  readonly terms: readonly Term[];
  /** Parameter that is the bias of output j. */
  readonly bias?: (j: number) => number;
  /** What is added to every output that has no term. */
  readonly constant?: number;
}

export interface Term {
  readonly i: number;
  readonly j: number;
  /** 1 if absent. */
  readonly coefficient?: number;
  /** Parameter that multiplies it; none for layers without parameters. */
  readonly weight?: number;
}

/** y_j = the largest x_i of window j, the first of equals. */
export interface Largest {
  readonly kind: "largest";
  readonly windows: readonly (readonly number[])[];
}

/** y = f(x) entry by entry. */
export interface Entrywise {
  readonly kind: "entrywise";
  f(x: HyperDual): HyperDual;
  /** Where f has a kink; none if absent. */
  readonly kink?: number;
  /** How far the nearest kink is, of functions with several. */
  gap?(x: number): number;
}

/** y = f(x; θ) of all inputs together. */
export interface Computed {
  readonly kind: "computed";
  f(x: readonly HyperDual[], theta: readonly HyperDual[]): HyperDual[];
  /** R of the inputs by a rule, or where there is none. */
  handBack(
    rule: LayerRule | undefined,
    x: readonly number[],
    y: readonly number[],
    r: Float64Array,
  ): ArrayLike<number>;
  /** How far the nearest kinks are; none if absent. */
  gaps?(x: readonly number[]): readonly number[];
}

/** y = some of the entries of x in order, e.g. all of them under another shape. */
export const copies = (entries: readonly number[]): Sums => ({
  kind: "sums",
  outputs: entries.length,
  terms: entries.map((i, j) => ({ i, j })),
});

export const range = (count: number, start = 0): number[] =>
  Array.from({ length: count }, (_, k) => start + k);

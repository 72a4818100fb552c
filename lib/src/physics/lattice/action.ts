import type { Rng } from "../../core/random/rng.js";
import { checkSites, type Lattice } from "./lattice.js";
import type { LatticeMemory } from "./latticeMemory.js";

export type {
  DiracParameters,
  Fermions,
  KleinGordonParameters,
  YukawaParameters,
} from "./yukawaParameters.js";

/**
 * Euclidean action S of a field on a lattice: a configuration has the weight e^{−S}. Fields are
 * [sites], in lattice units. A field with NaN or ±∞, as a diverging trajectory makes it, gives a
 * value that is not finite; nothing throws.
 */
export interface Action {
  readonly lattice: Lattice;
  /** S up to a constant, with auxiliary fields as last refreshed. */
  value(field: Float64Array): number;
  /** out ← −∂S/∂φ. */
  force(field: Float64Array, out: Float64Array): void;
  /**
   * Draws the auxiliary fields anew from their distribution given φ: once at the start of each
   * trajectory, before `value`.
   */
  refresh?(field: Float64Array, rng: Rng): void;
  /**
   * S of the theory that is meant minus S of the approximation which `value` and `force` use. A
   * sampler that ends each update φ → φ′ with one more accept step of probability min(1,
   * exp(correction(φ) − correction(φ′))) has no error from the approximation.
   */
  correction?(field: Float64Array): number;
  readonly counters?: ActionCounters;
}

/** What an action has spent since it was made. */
export interface ActionCounters {
  /** Linear systems DᵀD x = χ solved. */
  readonly solves: number;
  /** Conjugate gradient iterations in all of them. */
  readonly iterations: number;
}

/**
 * One term of an action, on the field and the force in a lattice's memory. The first term of an
 * action sets the force, the others add.
 */
export interface ActionTerm {
  value(): number;
  force(): void;
  refresh?(rng: Rng): void;
  readonly counters?: ActionCounters;
}

/** The action that is the sum of terms on one memory. */
export function sumOfTerms(
  memory: LatticeMemory,
  terms: readonly ActionTerm[],
  correction?: (field: Float64Array) => number,
): Action {
  const { lattice, arena } = memory;
  const result = arena.f64.subarray(memory.force, memory.force + lattice.sites);
  const take = (field: Float64Array, what: string): void => {
    checkSites(field, lattice, `${what}, field`);
    arena.f64.set(field, memory.field);
  };
  const refreshed = terms.filter((term) => term.refresh);
  const counted = terms.find((term) => term.counters);
  return {
    lattice,
    value: (field) => {
      take(field, "action");
      let sum = 0;
      for (const term of terms) sum += term.value();
      return sum;
    },
    force: (field, out) => {
      take(field, "force");
      checkSites(out, lattice, "force, result");
      for (const term of terms) term.force();
      out.set(result);
    },
    ...(refreshed.length > 0 && {
      refresh: (field: Float64Array, rng: Rng) => {
        take(field, "refresh");
        for (const term of refreshed) term.refresh?.(rng);
      },
    }),
    ...(correction && {
      correction: (field: Float64Array) => {
        checkSites(field, lattice, "correction, field");
        return correction(field);
      },
    }),
    ...(counted && { counters: counted.counters }),
  };
}

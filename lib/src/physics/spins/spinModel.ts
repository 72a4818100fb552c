import type { Rng } from "../../core/random/rng.js";
import type { Lattice } from "../lattice/lattice.js";
import type { Backend } from "../lattice/latticeMemory.js";
import type { Start } from "../sampling/starts.js";

/**
 * One spin a site, with the weight e^{−βE}. `isingModel` and `xyModel` make two such models; one of
 * your own is an object with these properties, of which the energy difference of one changed site
 * says what the model is.
 */
export interface SpinModel {
  readonly lattice: Lattice;
  /**
   * Names the streams of random numbers of its chains. With the couplings in it, ensembles at
   * different couplings are independent.
   */
  readonly name: string;
  /** β = 1/k_B T ≥ 0. */
  readonly inverseTemperature: number;
  /** The values that a site may take, or how to propose one where they are continuous. */
  readonly states: readonly number[] | ContinuousStates;
  /**
   * E after − E before if `site` of the field took the value `proposed`; changes nothing. What is
   * forbidden costs some 1000/β, not 10³⁰, beside which the rest of a sum is lost.
   */
  energyDifference(field: Float64Array, site: number, proposed: number): number;
  /**
   * What the report follows beside the energy, with the model's symmetries taken out (|M|, not M);
   * modulus of the mean over the sites by default.
   */
  orderParameter?(field: Float64Array): number;
  /**
   * Configuration of an ordered start, [sites]; the first state, or `reference`, at all sites by
   * default.
   */
  readonly ordered?: Float64Array;
  /** What Wolff's clusters need; where it is missing there are none. */
  readonly clusters?: ClusterSymmetry;
}

/** Values of a continuous range, e.g. angles. */
export interface ContinuousStates {
  /** The value of which `SpinModel.ordered` and the zero of the energy are made. */
  readonly reference: number;
  /** The value of a site in a random start. */
  random(rng: Rng): number;
  /**
   * A value near another, as likely as the way back; uniform within ± width by default. Should draw
   * equally often from `rng` each time.
   */
  propose?(value: number, width: number, rng: Rng): number;
  /** Largest half width of proposals, e.g. π for angles; 10⁶ by default. */
  readonly widest?: number;
}

/**
 * An energy of neighbours, E = Σ_links e(a, b) + Σ_sites s(a), whose links do not change if both
 * ends are reflected: e(Ra, Rb) = e(a, b). Cluster updates: U. Wolff, Phys. Rev. Lett. 62 (1989)
 * 361.
 */
export interface ClusterSymmetry {
  /** A reflection, R(R(a)) = a, drawn for each cluster; of Ising spins the change of sign. */
  reflection(rng: Rng): (value: number) => number;
  /** e(a, b) = e(b, a) */
  bond(a: number, b: number): number;
  /** s(a); 0 by default. */
  site?(value: number): number;
}

/** The values of discrete states; undefined for continuous ones. */
export const valuesOf = (model: SpinModel): readonly number[] | undefined =>
  "length" in model.states ? model.states : undefined;

/** The value at which the energy of a model of one's own is 0, if all sites have it. */
export const referenceOf = ({ states }: SpinModel): number =>
  "length" in states ? states[0] : states.reference;

/** Draws any value that a site may take. */
export function randomValue(model: SpinModel, rng: Rng): () => number {
  const values = valuesOf(model);
  if (values) return () => values[rng.integer(values.length)];
  return () => (model.states as ContinuousStates).random(rng);
}

/** Sites in the order of a sweep: those of even parity first, which do not see each other. */
export function checkerboard({ parity, sites }: Lattice): { order: Int32Array; even: number } {
  const all = Array.from({ length: sites }, (_, n) => n);
  const even = all.filter((n) => parity[n] > 0);
  return {
    order: Int32Array.from([...even, ...all.filter((n) => parity[n] < 0)]),
    even: even.length,
  };
}

/** How chains move from one configuration to the next, and what is known of the present one. */
export interface SpinUpdates {
  /**
   * One update of each site. @param width half width of continuous proposals @returns the fraction
   * of proposals accepted; of a heat bath that of sites changed
   */
  sweep(width: number): number;
  /** One Wolff update. @returns the size of the cluster, or 0 if it kept its values */
  cluster(): number;
  /** Energy a site. */
  energy(): number;
  orderParameter(): number;
  /** Writes the configuration, [sites]. */
  read(out: Float64Array): void;
}

export const algorithms = ["metropolis", "heatBath", "wolff"] as const;

/** How a chain of spins moves. */
export type SpinAlgorithm = (typeof algorithms)[number];

/** One step of a chain. */
export interface SpinMoves {
  readonly algorithm: SpinAlgorithm;
  /** What updates single sites. */
  readonly sweeps: "metropolis" | "heatBath";
  /** Cluster updates after each sweep. */
  readonly clusters: number;
  readonly backend: Backend;
}

/** What to sample of a spin model; plain values. */
export interface SpinEnsembleSpec {
  /** Stored configurations, of all chains together. */
  readonly configurations: number;
  /** Steps at the start of each chain that are not stored. */
  readonly thermalisation: number;
  readonly seed: number;
  /** "training", "test", …: names the stream, so different sets are independent. */
  readonly set: string;
  /** Steps from one stored configuration to the next; 1 by default. */
  readonly stride?: number;
  /** 2 by default: with one alone, a chain that has not found all of its states cannot be told. */
  readonly chains?: number;
  /**
   * By default chains begin by turns "ordered" and "random", so that those which are held where
   * they began disagree.
   */
  readonly start?: Start;
}

import type { Estimate } from "../../core/statistics/estimate.js";
import type { HoppingTruncation } from "../fermions/hoppingTruncation.js";
import type { MonitoredChain, MonitoredObservable } from "./monitoredChain.js";
import type { Start } from "./starts.js";

/** What the reports of all ensembles say of their chains; plain values. */
export interface ChainReport {
  /** Rows of each chain in `fields`, which lie one chain after the other. */
  readonly rowsOfChain: readonly number[];
  /** How each chain began. */
  readonly starts: readonly Start[];
  /** Trajectories, or steps of spins, after thermalisation, of all chains. */
  readonly trajectories: number;
  /** Frozen number of steps (hmc) or width of proposals of each chain. */
  readonly settings: readonly number[];
  /** Fraction of trajectories, or of single-site proposals, accepted. */
  readonly acceptance: number;
  /**
   * Independent configurations that the stored ones are worth: for κ, or for the slower of energy
   * and order parameter of spins.
   */
  readonly effectiveConfigurations: number;
  /** `domainWallShare` of each chain; empty where a model has no domains. */
  readonly domainWalls: readonly number[];
  /** What is wrong, in words; empty if nothing was found. */
  readonly flags: readonly string[];
}

/** How far an ensemble can be trusted, from all trajectories after thermalisation; plain values. */
export interface EnsembleReport extends ChainReport {
  /** ⟨e^{−ΔH}⟩, which must be 1; null for "cluster" and for a single trajectory. */
  readonly expDeltaH: Estimate | null;
  readonly monitored: Readonly<Record<MonitoredObservable, MonitoredChain>>;
  /** Most consecutive rejections in each chain. */
  readonly longestRejection: readonly number[];
  /** M_f + gφ at the sites of all configurations after thermalisation; null if quenched. */
  readonly diracMass: DiracMassReport | null;
  /**
   * What the orders left out of the hopping expansion would do; null where that is below a tenth of
   * any error, and for fewer than 16 configurations.
   */
  readonly hoppingTruncation: HoppingTruncation | null;
  /** Trajectories of each chain rejected because the solver gave up, thermalisation included. */
  readonly failedSolves: readonly number[];
  /** ⟨M⟩ and ⟨M²⟩/⟨φ²⟩ of the stored configurations of each chain, against metastable signs. */
  readonly magnetisation: readonly { readonly mean: number; readonly orderShare: number }[];
}

/** M_f + gφ along a run: whether the hopping expansion holds, and det D keeps its sign. */
export interface DiracMassReport {
  /** Least |M_f + gφ|. */
  readonly least: number;
  /** Share of sites with M_f + gφ < 0. */
  readonly negative: number;
}

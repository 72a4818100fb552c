import type { Rng } from "../../core/random/rng.js";
import type { Cluster } from "./clusterGrowth.js";

/**
 * The single-site and sign updates of one weight e^{−S}; all keep what they know of the field in
 * step with it.
 */
export interface FieldUpdates {
  /**
   * A Metropolis sweep in place, proposals uniform in ±width. @returns the fraction of proposals
   * accepted
   */
  sweep(field: Float64Array, rng: Rng, width: number): number;
  /**
   * Whether the fermions let a cluster flip, which leaves the scalar weight invariant by its
   * growth: min(1, e^{−ΔS_F}).
   */
  accepts(field: Float64Array, cluster: Cluster, rng: Rng): boolean;
  flip(field: Float64Array, cluster: Cluster): void;
  /**
   * What else a step does, after sweep and clusters. @returns how many of its proposals were
   * accepted
   */
  finish?(field: Float64Array, rng: Rng): number;
}

import type { Rng } from "../../core/random/rng.js";
import type { Lattice } from "../lattice/lattice.js";
import { apartness, clusterGrowth } from "./clusterGrowth.js";
import type { FieldUpdates } from "./signUpdates.js";

/** How one cluster update ended. */
export interface ClusterUpdate {
  /** Sites of the cluster. */
  readonly size: number;
  readonly flipped: boolean;
}

/**
 * Wolff's cluster update (Phys. Rev. Lett. 62, 361) of the signs at fixed |φ|, as in Brower &
 * Tamayo (Phys. Rev. Lett. 62, 1087): from a random site, links join with probability 1 −
 * e^{−4κφφ′} where κφφ′ > 0, and the cluster changes sign. That leaves the scalar weight invariant
 * without a decision; the determinant enters by accepting with min(1, e^{−ΔS_F}).
 * @param updates  decide on ΔS_F, and flip
 * @returns        a function that updates `field` in place; its buffers serve all its calls
 */
export function makeWolff(
  lattice: Lattice,
  kappa: number,
  updates: FieldUpdates,
): (field: Float64Array, rng: Rng) => ClusterUpdate {
  const grow = clusterGrowth(lattice);
  return (field, rng) => {
    const cluster = grow((n, m) => apartness(4 * kappa * field[n] * field[m]), rng);
    const flipped = updates.accepts(field, cluster, rng);
    if (flipped) updates.flip(field, cluster);
    return { size: cluster.size, flipped };
  };
}

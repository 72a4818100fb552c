import type { Rng } from "../../core/random/rng.js";
import type { Lattice } from "../lattice/lattice.js";
import type { FieldUpdates, SignCluster } from "./signUpdates.js";

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
  const { sites, dimensions, neighbours } = lattice;
  const degree = 2 * dimensions;
  const [members, mark] = [new Int32Array(sites), new Int32Array(sites)];
  const cluster: SignCluster = { members, size: 0, mark, number: 0 };
  return (field, rng) => {
    const current = ++cluster.number;
    let size = 0;
    const seed = rng.integer(sites);
    members[size++] = seed;
    mark[seed] = current;
    for (let next = 0; next < size; next++) {
      const n = members[next];
      for (let k = n * degree; k < (n + 1) * degree; k++) {
        const m = neighbours[k];
        if (mark[m] === current) continue;
        const bond = 4 * kappa * field[n] * field[m];
        if (bond > 0 && rng.uniform() >= Math.exp(-bond)) {
          mark[m] = current;
          members[size++] = m;
        }
      }
    }
    cluster.size = size;
    const flipped = updates.accepts(field, cluster, rng);
    if (flipped) updates.flip(field, cluster);
    return { size, flipped };
  };
}

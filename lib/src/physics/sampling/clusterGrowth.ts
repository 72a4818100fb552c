import type { Rng } from "../../core/random/rng.js";
import type { Lattice } from "../lattice/lattice.js";

/** Sites that change together. */
export interface Cluster {
  /** The first `size` of its entries. */
  readonly members: Int32Array;
  size: number;
  /** Of each site, the `number` of the cluster that last took it. */
  readonly mark: Int32Array;
  number: number;
}

/**
 * Probability with which two sites stay apart whose link would cost so much, in units of the
 * action, if one of them alone changed; of a link that would gain it is no question, and 2.
 */
export const apartness = (cost: number): number => (cost > 0 ? Math.exp(-cost) : 2);

/**
 * Growth of Wolff's cluster (Phys. Rev. Lett. 62, 361): from a random site, a link n – m stays out
 * of the cluster with the probability `apart`.
 * @returns a function that grows one; the cluster is its own buffer, which the next call overwrites
 */
export function clusterGrowth({
  sites,
  dimensions,
  neighbours,
}: Lattice): (
  apart: (n: number, m: number) => number,
  rng: Pick<Rng, "uniform" | "integer">,
) => Cluster {
  const degree = 2 * dimensions;
  const [members, mark] = [new Int32Array(sites), new Int32Array(sites)];
  const cluster: Cluster = { members, size: 0, mark, number: 0 };
  return (apart, rng) => {
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
        const probability = apart(n, m);
        if (probability <= 1 && rng.uniform() >= probability) {
          mark[m] = current;
          members[size++] = m;
        }
      }
    }
    cluster.size = size;
    return cluster;
  };
}

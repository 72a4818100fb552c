import type { Rng } from "../../core/random/rng.js";
import type { Cluster } from "./clusterGrowth.js";
import type { Lattice } from "../lattice/lattice.js";
import { localWeight, type LocalWeight } from "../fermions/localWeight.js";
import { metropolisSweep } from "./metropolis.js";
import type { FieldUpdates } from "./signUpdates.js";
import type { YukawaParameters } from "../lattice/yukawaParameters.js";

/**
 * Updates with the determinant to second order in the hops, or without any. @throws ConfigError as
 * `localWeight`
 */
export function localUpdates(
  lattice: Lattice,
  parameters: YukawaParameters,
  fermions: "hopping" | "quenched",
  field: Float64Array,
): FieldUpdates {
  const weight = localWeight(lattice, parameters, fermions, field);
  return {
    sweep: (phi, rng, width) => metropolisSweep(weight, phi, rng, width),
    accepts: (phi, cluster, rng) => !weight.hasFermions || acceptSigns(weight, phi, cluster, rng),
    flip: (phi, cluster) => flip(weight, phi, cluster),
  };
}

/** Decides on the determinant alone: min(1, e^{−ΔS_F}). */
function acceptSigns(
  weight: LocalWeight,
  field: Float64Array,
  cluster: Cluster,
  rng: Rng,
): boolean {
  const { inverse } = weight;
  const { fermionMass, yukawaCoupling } = weight.parameters;
  const { neighbours, dimensions } = weight.lattice;
  const { members, size, mark, number } = cluster;
  const degree = 2 * dimensions;
  let logarithms = 0;
  let links = 0;
  for (let i = 0; i < size; i++) {
    const n = members[i];
    const a = fermionMass - yukawaCoupling * field[n];
    if (!(a * fermionMass > 0)) return false;
    const flippedInverse = 1 / a;
    logarithms += Math.log(a * inverse[n]);
    for (let k = n * degree; k < (n + 1) * degree; k++) {
      const m = neighbours[k];
      if (mark[m] === number) {
        // a link inside the cluster is met from both ends
        links +=
          0.5 *
          (flippedInverse / (fermionMass - yukawaCoupling * field[m]) - inverse[n] * inverse[m]);
      } else {
        links += (flippedInverse - inverse[n]) * inverse[m];
      }
    }
  }
  const change = -2 * (logarithms + 0.25 * links);
  return change <= 0 || rng.uniform() < Math.exp(-change);
}

function flip(weight: LocalWeight, field: Float64Array, { members, size }: Cluster): void {
  const { fermionMass, yukawaCoupling } = weight.parameters;
  for (let i = 0; i < size; i++) {
    const n = members[i];
    field[n] = -field[n];
    if (weight.hasFermions) weight.inverse[n] = 1 / (fermionMass + yukawaCoupling * field[n]);
  }
}

import type { Rng } from "../core/rng.js";
import type { LocalWeight } from "./localWeight.js";

/** How one cluster update ended. */
export interface ClusterUpdate {
  /** Sites of the cluster. */
  readonly size: number;
  readonly flipped: boolean;
}

/**
 * Wolff's cluster update (Phys. Rev. Lett. 62, 361) of the signs at fixed |φ|, as in Brower & Tamayo (Phys. Rev. Lett. 62, 1087): from a
 * random site, links join with probability 1 − e^{−4κφφ′} where κφφ′ > 0, and the cluster changes sign. That leaves the scalar weight
 * invariant without a decision; the determinant enters by accepting with min(1, e^{−ΔS_F}), ΔS_F its exact difference to second order.
 * @returns a function that updates `field` in place; its buffers serve all its calls
 */
export function makeWolff(weight: LocalWeight): (field: Float64Array, rng: Rng) => ClusterUpdate {
  const { sites, dimensions, neighbours } = weight.lattice;
  const degree = 2 * dimensions;
  const kappa = weight.parameters.hoppingParameter;
  const members = new Int32Array(sites);
  const mark = new Int32Array(sites); // number of the cluster that last took the site
  let current = 0;
  return (field, rng) => {
    current++;
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
    const flipped = !weight.hasFermions || acceptSigns(weight, field, members, size, mark, current, rng);
    if (flipped) flip(weight, field, members, size);
    return { size, flipped };
  };
}

/** Decides on the determinant alone: min(1, e^{−ΔS_F}). */
function acceptSigns(
  weight: LocalWeight, field: Float64Array, members: Int32Array, size: number, mark: Int32Array, current: number, rng: Rng,
): boolean {
  const { inverse } = weight;
  const { fermionMass, yukawaCoupling } = weight.parameters;
  const { neighbours, dimensions } = weight.lattice;
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
      if (mark[m] === current) {
        // a link inside the cluster is met from both ends
        links += 0.5 * (flippedInverse / (fermionMass - yukawaCoupling * field[m]) - inverse[n] * inverse[m]);
      } else {
        links += (flippedInverse - inverse[n]) * inverse[m];
      }
    }
  }
  const change = -2 * (logarithms + 0.25 * links);
  return change <= 0 || rng.uniform() < Math.exp(-change);
}

function flip(weight: LocalWeight, field: Float64Array, members: Int32Array, size: number): void {
  const { fermionMass, yukawaCoupling } = weight.parameters;
  for (let i = 0; i < size; i++) {
    const n = members[i];
    field[n] = -field[n];
    if (weight.hasFermions) weight.inverse[n] = 1 / (fermionMass + yukawaCoupling * field[n]);
  }
}

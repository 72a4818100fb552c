import type { Rng } from "../../core/random/rng.js";
import type { LocalWeight } from "../fermions/localWeight.js";

/**
 * One Metropolis sweep in checkerboard order, even sites first: φ(n) → φ(n) + uniform in ±width,
 * accepted with min(1, e^{−ΔS}). Each of the updates satisfies detailed balance with the weight of
 * `localWeight`, so their sequence keeps it invariant (on lattices of odd extent too, where the two
 * colours are not independent).
 * @param field  φ, [sites], in place
 * @returns the fraction of proposals accepted
 */
export function metropolisSweep(
  weight: LocalWeight,
  field: Float64Array,
  rng: Rng,
  width: number,
): number {
  const { lattice, parameters, hasFermions, inverse } = weight;
  const { sites, neighbours, parity } = lattice;
  const {
    hoppingParameter: kappa,
    quarticCoupling: lambda,
    fermionMass,
    yukawaCoupling,
  } = parameters;
  const degree = 2 * lattice.dimensions;
  let accepted = 0;
  for (let colour = 1; colour >= -1; colour -= 2) {
    for (let n = 0; n < sites; n++) {
      if (parity[n] !== colour) continue;
      let around = 0;
      let inverseAround = 0;
      for (let k = n * degree; k < (n + 1) * degree; k++) {
        around += field[neighbours[k]];
        inverseAround += inverse[neighbours[k]];
      }
      const old = field[n];
      const proposed = old + width * (2 * rng.uniform() - 1);
      const [oldSquare, square] = [old * old, proposed * proposed];
      const potential = (square - oldSquare) * (1 - 2 * lambda + lambda * (square + oldSquare));
      let change = potential - 2 * kappa * around * (proposed - old);
      let proposedInverse = 0;
      if (hasFermions) {
        const a = fermionMass + yukawaCoupling * proposed;
        if (!(a * fermionMass > 0)) continue;
        proposedInverse = 1 / a;
        change -=
          2 * (Math.log(a * inverse[n]) + 0.25 * (proposedInverse - inverse[n]) * inverseAround);
      }
      if (change <= 0 || rng.uniform() < Math.exp(-change)) {
        field[n] = proposed;
        inverse[n] = proposedInverse;
        accepted++;
      }
    }
  }
  return accepted / sites;
}

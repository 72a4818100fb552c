import { takesField } from "../arguments.js";
import { mean } from "../../core/statistics/statistics.js";
import { checkSites, type Lattice } from "../lattice/lattice.js";

/**
 * Magnetisation, the order parameter of the ferromagnetic phase.
 *
 *   M = 1/|Λ| Σ_n φ(n)        Blücher et al. 2020, Eq. (4)
 *
 * @param field  one configuration, [sites]
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * console.log(physics.magnetisation(Float64Array.of(1, 2, 3, 2))); // → 2
 * ```
 */
export function magnetisation(field: Float64Array): number {
  return mean(field);
}

/**
 * Staggered magnetisation, the order parameter of the antiferromagnetic phase.
 *
 *   M_s = 1/|Λ| Σ_n (−1)^{n₁+…+n_d} φ(n)        Blücher et al. 2020, Eq. (5)
 *
 * @param field  one configuration, [sites]
 * @throws ShapeError if `field` does not belong to `lattice`
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * const lattice = physics.lattice([4, 4]);
 * const checkerboard = Float64Array.from(lattice.parity);
 * console.log(physics.staggeredMagnetisation(checkerboard, lattice)); // → 1
 * ```
 */
export function staggeredMagnetisation(field: Float64Array, lattice: Lattice): number {
  takesField("staggeredMagnetisation", field, lattice);
  let sum = 0;
  for (let n = 0; n < field.length; n++) sum += lattice.parity[n] * field[n];
  return sum / lattice.sites;
}

/**
 * The image of a field under the staggered map, which exchanges M and M_s.
 *
 *   φ(n) ↦ (−1)^{n₁+…+n_d} φ(n)        Blücher et al. 2020, Eq. (6)
 *
 * @returns a new field, [sites]
 * @throws ShapeError if `field` does not belong to `lattice`
 */
export function staggeredField(field: Float64Array, lattice: Lattice): Float64Array {
  checkSites(field, lattice, "staggeredField");
  return field.map((value, n) => lattice.parity[n] * value);
}

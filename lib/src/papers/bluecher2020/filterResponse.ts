import { takes } from "../../core/arguments/takes.js";
import { having, numbers, vector } from "../../core/arguments/kinds.js";
import { ShapeError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import type { Lattice } from "../../physics/lattice/lattice.js";

/**
 * What a filter gives at each site, averaged over the volume:
 *
 *   "linear"       1/|Λ| Σ_n (w∗φ)(n)            M for the uniform filter
 *   "alternating"  1/|Λ| Σ_n (−1)^n (w∗φ)(n)     M_s for the alternating one
 *   "modulus" 1/|Λ| Σ_n |(w∗φ)(n)| O_PM for the filters of Blücher et al. 2020, Fig. 10
 *
 * with (w∗φ)(n) = Σ_a w(a) φ(n + a) over the corners a of a unit cube, periodic.
 * @param field    [sites]
 * @param weights  [2^d], last axis fastest
 * @throws ShapeError if field or weights do not belong to the lattice
 */
export function filterResponse(
  field: Float64Array,
  lattice: Lattice,
  weights: ArrayLike<number>,
  kind: "linear" | "alternating" | "modulus",
): number {
  oneOf(kind, ["linear", "alternating", "modulus"], "filterResponse: kind");
  takes("filterResponse", {
    field: [field, vector()],
    lattice: [lattice, having("a lattice of physics.lattice", "sites", "neighbours")],
    weights: [weights, numbers()],
  });
  const { dimensions, sites, neighbours, parity } = lattice;
  if (field.length !== sites || weights.length !== 2 ** dimensions) {
    const needs = `a field of ${sites} and a filter of ${2 ** dimensions}`;
    throw new ShapeError(
      `filterResponse: ${field.length} sites and ${weights.length} weights; the lattice [${lattice.shape}] needs ${needs}.`,
    );
  }
  let sum = 0;
  for (let site = 0; site < sites; site++) {
    let local = 0;
    for (let corner = 0; corner < weights.length; corner++) {
      let at = site;
      for (let axis = 0; axis < dimensions; axis++) {
        if ((corner >> (dimensions - 1 - axis)) & 1) at = neighbours[2 * dimensions * at + axis];
      }
      local += weights[corner] * field[at];
    }
    sum +=
      kind === "modulus" ? Math.abs(local) : kind === "alternating" ? local * parity[site] : local;
  }
  return sum / sites;
}

import { integer, listOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { takesField } from "../arguments.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Lattice } from "../lattice/lattice.js";

/**
 * The product of the field with itself a fixed displacement away, averaged over the volume of one
 * configuration; nothing is subtracted.
 *
 *   C(r) = 1/|Λ| Σ_n φ(n) φ(n + r)
 *
 * @param displacement  [dimensions] whole numbers, negative ones step backwards; periodic
 * @throws ShapeError if `field` or `displacement` does not belong to `lattice`
 */
export function fieldCorrelator(
  field: Float64Array,
  lattice: Lattice,
  displacement: readonly number[],
): number {
  takesField("fieldCorrelator", field, lattice);
  takes("fieldCorrelator", { displacement: [displacement, listOf(integer)] });
  if (displacement.length !== lattice.dimensions) {
    const fact = `the displacement is [${displacement}]; the lattice [${lattice.shape}] needs ${lattice.dimensions} whole numbers`;
    throw new ShapeError(`fieldCorrelator: ${fact}.`, { displacement });
  }
  return correlator(field, lattice, displacement);
}

function correlator(
  field: Float64Array,
  lattice: Lattice,
  displacement: readonly number[],
): number {
  const { neighbours, dimensions, sites, shape } = lattice;
  const steps = displacement.flatMap((count, axis) =>
    // the lattice is periodic, so that a round trip leads nowhere
    new Array<number>(Math.abs(count % shape[axis])).fill(count > 0 ? axis : dimensions + axis),
  );
  let sum = 0;
  for (let n = 0; n < sites; n++) {
    let m = n;
    for (let k = 0; k < steps.length; k++) m = neighbours[m * 2 * dimensions + steps[k]];
    sum += field[n] * field[m];
  }
  return sum / sites;
}

/** Mean of the correlator over several displacements. */
function meanCorrelator(
  field: Float64Array,
  lattice: Lattice,
  displacements: readonly (readonly number[])[],
): number {
  let sum = 0;
  for (const displacement of displacements) sum += correlator(field, lattice, displacement);
  return sum / displacements.length;
}

/**
 * Displacements along exactly `steps` directions, one site each; forward in the first of them, both
 * ways in the others.
 */
function corners(dimensions: number, steps: number): number[][] {
  const grow = (displacement: number[], left: number): number[][] => {
    if (displacement.length === dimensions) return left === 0 ? [displacement] : [];
    const choices = left === 0 ? [0] : left === steps ? [0, 1] : [0, 1, -1];
    return choices.flatMap((step) => grow([...displacement, step], left - Math.abs(step)));
  };
  return grow([], steps);
}

/**
 * Nearest-neighbour correlator, averaged over volume and directions; its sign follows κ.
 *
 *   1/(d|Λ|) Σ_n Σ_μ φ(n) φ(n + μ̂)
 *
 * In Eq. (1) of Blücher et al. 2020 κ multiplies this and nothing else, so no other observable of a
 * configuration knows more of κ.
 * @throws ShapeError if `field` does not belong to `lattice`
 */
export function nearestNeighbourCorrelator(field: Float64Array, lattice: Lattice): number {
  takesField("nearestNeighbourCorrelator", field, lattice);
  return meanCorrelator(field, lattice, corners(lattice.dimensions, 1));
}

/**
 * Correlator of sites across the diagonal of a plaquette, averaged over volume, planes and both
 * diagonals: positive for either sign of κ (Blücher et al. 2020, Fig. 11).
 *
 *   1/(d(d−1)|Λ|) Σ_n Σ_{μ<ν} φ(n) [φ(n + μ̂ + ν̂) + φ(n + μ̂ − ν̂)]
 *
 * @throws ShapeError if `field` does not belong to `lattice`, ConfigError for a lattice of one
 *   dimension
 */
export function diagonalCorrelator(field: Float64Array, lattice: Lattice): number {
  takesField("diagonalCorrelator", field, lattice);
  if (lattice.dimensions < 2) {
    throw new ConfigError(
      `diagonalCorrelator: the lattice [${lattice.shape}] has no diagonals. Use one of at least two dimensions.`,
    );
  }
  return meanCorrelator(field, lattice, corners(lattice.dimensions, 2));
}

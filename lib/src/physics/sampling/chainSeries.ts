import { oneOf } from "../../core/oneOf.js";
import type { KleinGordonParameters } from "../lattice/yukawaParameters.js";
import type { Lattice } from "../lattice/lattice.js";
import type { HmcSample } from "./sample.js";

/**
 * What is recorded of each trajectory after thermalisation; correlator and S_KG are per site,
 * without fermions.
 */
export const seriesColumns = [
  "magnetisation",
  "staggeredMagnetisation",
  "neighbours",
  "action",
  "accepted",
  "acceptance",
  "deltaH",
] as const;

/** Name of a series that a chain keeps. */
export type SeriesColumn = (typeof seriesColumns)[number];

/**
 * Writes one row of a chain's series: M, M_s, (1/d|Λ|) Σ φ(n)φ(n+μ̂), S_KG/|Λ|, and how the update
 * ended. One pass over the sites, since it runs after every trajectory.
 * @param series  [trajectories, 7]
 */
export function recordSample(
  sample: HmcSample,
  lattice: Lattice,
  { hoppingParameter, quarticCoupling }: KleinGordonParameters,
  series: Float64Array,
  row: number,
): void {
  const { field } = sample;
  const { sites, dimensions, neighbours, parity } = lattice;
  let [uniform, staggered, products, potential] = [0, 0, 0, 0];
  for (let n = 0; n < sites; n++) {
    const phi = field[n];
    const first = n * 2 * dimensions;
    let forward = 0;
    for (let axis = 0; axis < dimensions; axis++) forward += field[neighbours[first + axis]];
    const square = phi * phi;
    uniform += phi;
    staggered += parity[n] * phi;
    products += phi * forward;
    potential += square * (1 - 2 * quarticCoupling + quarticCoupling * square);
  }
  const at = row * seriesColumns.length;
  series[at] = uniform / sites;
  series[at + 1] = staggered / sites;
  series[at + 2] = products / (dimensions * sites);
  series[at + 3] = (potential - 2 * hoppingParameter * products) / sites;
  series[at + 4] = sample.accepted ? 1 : 0;
  series[at + 5] = sample.acceptance;
  series[at + 6] = sample.deltaH;
}

/** One column of a chain's series, copied: [trajectories]. */
export function seriesColumn(series: Float64Array, column: SeriesColumn): Float64Array {
  const width = seriesColumns.length;
  const at = seriesColumns.indexOf(oneOf(column, seriesColumns, "seriesColumn: column"));
  return Float64Array.from({ length: series.length / width }, (_, k) => series[k * width + at]);
}

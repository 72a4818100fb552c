// Configurations of the Yukawa model of Blücher et al. 2020 on a small lattice, as the perceptron
// sees them.
import { core, physics } from "phaselens";
import { observables } from "phaselens/internal/papers/bluecher2020/observables";

const EXTENT = 8;
/** λ, M_f and g of the paper. */
const couplings = { quarticCoupling: 1.1, fermionMass: 20, yukawaCoupling: 0.25 };
const lattice = physics.lattice([EXTENT, EXTENT, EXTENT]);
/** |M|, |M_s| and G_c(t) for t = 0 … N/2: beyond, G_c(t) = G_c(N − t). */
export const INPUTS = 2 + EXTENT / 2 + 1;

/** @typedef {{ kappa: number, x: number[][], links: number[] }} Bin  of one coupling */

/**
 * Configurations of one coupling: inputs of the network, and Σ φφ′ over the links.
 * @param {number} kappa  @param {string} set  @param {number} seed  @param {number} count
 * @returns {Bin}
 */
export function sampledBin(kappa, set, seed, count) {
  const { fields } = physics.sampleEnsemble({
    shape: lattice.shape,
    parameters: { hoppingParameter: kappa, ...couplings },
    fermions: "hopping",
    algorithm: "cluster",
    start: "ordered",
    configurations: count,
    stride: 5,
    thermalisation: 100,
    ...{ seed, set },
  });
  const all = Array.from({ length: count }, (_, k) => core.row(fields, k));
  const links = lattice.sites * lattice.dimensions;
  return {
    kappa,
    x: all.map((field) => Array.from(observables(field, lattice).subarray(0, INPUTS))),
    links: all.map((field) => links * physics.nearestNeighbourCorrelator(field, lattice)),
  };
}

/**
 * Mean and standard deviation of each input over these bins.
 * @param {Bin[]} bins
 */
export function scaleOf(bins) {
  const rows = bins.flatMap(({ x }) => x);
  const column = (j) => rows.map((row) => row[j]);
  return Array.from({ length: INPUTS }, (_, j) => ({
    centre: core.mean(column(j)),
    width: Math.sqrt(core.variance(column(j))),
  }));
}

/**
 * All inputs of these bins in that scale, [n, INPUTS].
 * @param {Bin[]} bins  @param {ReturnType<typeof scaleOf>} scale
 */
export function scaled(bins, scale) {
  const rows = bins.flatMap(({ x }) => x);
  const values = rows.flatMap((row) => row.map((v, j) => (v - scale[j].centre) / scale[j].width));
  return core.tensor([rows.length, INPUTS], Float64Array.from(values));
}

import { ConfigError, NumericalError } from "../../core/errors.js";
import { makeRng, type Rng } from "../../core/random/rng.js";
import type { Lattice } from "../lattice/lattice.js";
import { randomValue, referenceOf, type ClusterSymmetry, type SpinModel } from "./spinModel.js";

// Energies along two ways differ by rounding of as many terms as there are sites; a wrong term
// shows at once
const TOLERANCE = 1e-9;

/**
 * E of a field minus that of the field with the reference value everywhere, by changing one site
 * after the other.
 * @throws NumericalError for a difference that is not finite
 */
export function modelEnergy(model: SpinModel, field: Float64Array): number {
  const { energy } = energyAlong(model, field, false);
  if (Number.isFinite(energy)) return energy;
  throw new NumericalError(
    `sampler: energyDifference adds up to ${energy} over a start; it must be a finite number. Give what is forbidden a large energy.`,
  );
}

/**
 * Tries the energy differences of a model, and its clusters, on a random field.
 * @throws ConfigError if the way decides what comes out, so that the differences are not those of
 *   an energy, or if clusters have another energy; NumericalError for one that is not finite
 */
export function checkModel(model: SpinModel): void {
  const rng = makeRng(1, "trial of a model");
  const value = randomValue(model, rng);
  const field = new Float64Array(model.lattice.sites).map(value);
  modelEnergy(model, field);
  const forward = energyAlong(model, field, false);
  const backward = energyAlong(model, field, true);
  const scale = Math.max(forward.size, backward.size, Number.MIN_VALUE);
  if (!(Math.abs(forward.energy - backward.energy) <= TOLERANCE * scale)) {
    throw new ConfigError(
      `sampler: energyDifference is not that of an energy: changing all sites of a field one by one costs ${(-forward.energy).toPrecision(6)} in one order and ${(-backward.energy).toPrecision(6)} in the other. Count each neighbour of the site once, and change nothing of the field.`,
    );
  }
  if (model.clusters) checkClusters(model, model.clusters, field, rng);
}

function energyAlong(
  model: SpinModel,
  field: Float64Array,
  backward: boolean,
): { energy: number; size: number } {
  const copy = field.slice();
  const reference = referenceOf(model);
  let [energy, size] = [0, 0];
  for (let k = 0; k < copy.length; k++) {
    const site = backward ? copy.length - 1 - k : k;
    const change = model.energyDifference(copy, site, reference);
    copy[site] = reference;
    energy -= change;
    size += Math.abs(change);
  }
  return { energy, size };
}

const TRIED = 16;

/** Whether links and sites of the clusters make up the energy differences, at a few sites. */
function checkClusters(
  model: SpinModel,
  clusters: ClusterSymmetry,
  field: Float64Array,
  rng: Rng,
): void {
  const { lattice } = model;
  const value = randomValue(model, rng);
  for (let k = 0; k < TRIED; k++) {
    const site = rng.integer(lattice.sites);
    const [old, proposed] = [field[site], value()];
    const reflect = clusters.reflection(rng);
    let change = (clusters.site?.(proposed) ?? 0) - (clusters.site?.(old) ?? 0);
    let size = Math.abs(change);
    for (const n of lattice.neighbours.subarray(...linksOf(lattice, site))) {
      const other = field[n];
      const [before, after] = [clusters.bond(old, other), clusters.bond(proposed, other)];
      change += after - before;
      size += Math.abs(before) + Math.abs(after);
      checkReflection(after, clusters.bond(reflect(proposed), reflect(other)), proposed, other);
    }
    const difference = model.energyDifference(field, site, proposed);
    if (Math.abs(change - difference) <= TOLERANCE * (size + Math.abs(difference))) continue;
    throw new ConfigError(
      `sampler: clusters.bond and clusters.site give ${change} for the value ${proposed} at site ${site}, energyDifference ${difference}. Let both be of one energy, or leave clusters out.`,
      { site, proposed },
    );
  }
}

function checkReflection(link: number, image: number, a: number, b: number): void {
  if (Math.abs(image - link) <= TOLERANCE * Math.max(1, Math.abs(link), Math.abs(image))) return;
  throw new ConfigError(
    `sampler: clusters.reflection changes the energy of a link, ${link} to ${image} for the values ${a} and ${b}. Give a reflection that leaves every link as it is, or leave clusters out.`,
  );
}

const linksOf = ({ dimensions }: Lattice, site: number): [number, number] => [
  2 * dimensions * site,
  2 * dimensions * (site + 1),
];

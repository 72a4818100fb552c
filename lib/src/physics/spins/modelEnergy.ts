import { ConfigError, NumericalError } from "../../core/errors.js";
import { makeRng, type Rng } from "../../core/random/rng.js";
import type { Lattice } from "../lattice/lattice.js";
import { checkProposals } from "./proposals.js";
import {
  randomValue,
  referenceOf,
  valuesOf,
  type ClusterSymmetry,
  type SpinModel,
} from "./spinModel.js";

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
    `sampler: energyDifference adds up to ${energy} over a start; it must be a finite number. Give what is forbidden some 1000/β.`,
  );
}

/**
 * Tries the energy differences of a model, and its clusters, on a random field, and single changes
 * on ordered ones too, since what is wrong there alone is what a cold chain sees; and its own
 * proposals of continuous values.
 * @throws ConfigError if the way decides what comes out, so that the differences are not those of
 *   an energy, or if clusters have another energy, or proposals
 *   are not as likely as the way back; NumericalError for one that is not finite
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
  for (const tried of [field, ...orderedFields(model)]) {
    checkLoops(model, tried, rng);
    if (model.clusters) checkClusters(model, model.clusters, tried, rng);
  }
  if (!valuesOf(model)) checkProposals(model);
}

/** The ordered start, and each of the listed values, or the reference, at all sites. */
function orderedFields(model: SpinModel): Float64Array[] {
  const { sites } = model.lattice;
  const uniform = (valuesOf(model) ?? [referenceOf(model)])
    .slice(0, MOST_VALUES)
    .map((value) => new Float64Array(sites).fill(value));
  return model.ordered ? [model.ordered.slice(), ...uniform] : uniform;
}

const MOST_VALUES = 8;
const LOOPS = 64;

/**
 * Changes two neighbours by turns until the field is what it was, which costs nothing.
 * @throws ConfigError if it does, or if asking for a difference changes the field
 */
function checkLoops(model: SpinModel, field: Float64Array, rng: Rng): void {
  const { sites, neighbours, dimensions } = model.lattice;
  const value = randomValue(model, rng);
  const copy = field.slice();
  for (let k = 0; k < LOOPS; k++) {
    const site = rng.integer(sites);
    const other = neighbours[2 * dimensions * site + rng.integer(2 * dimensions)];
    const last = value();
    const way: [number, number][] = [
      [site, value()],
      [other, value()],
      [site, last],
      [site, copy[site]],
      [other, copy[other]],
    ];
    let [cost, size] = [0, Number.MIN_VALUE];
    for (const [n, proposed] of way) {
      const before = copy[n];
      const change = changeAt(model, copy, n, proposed);
      if (copy[n] !== before) {
        throw new ConfigError(
          `sampler: energyDifference has changed site ${n} of the field from ${before} to ${copy[n]}. Change nothing of it.`,
          { site: n },
        );
      }
      copy[n] = proposed;
      cost += change;
      size += Math.abs(change);
    }
    if (Math.abs(cost) <= TOLERANCE * size) continue;
    throw new ConfigError(
      `sampler: energyDifference is not that of an energy: changing sites ${site} and ${other} by turns until the field is what it was costs ${cost.toPrecision(6)}, not 0. Take E after minus E before.`,
      { site, other },
    );
  }
}

/** What a change costs. @throws NumericalError if that is not finite */
export function changeAt(
  model: SpinModel,
  field: Float64Array,
  site: number,
  proposed: number,
): number {
  const change = model.energyDifference(field, site, proposed);
  if (Number.isFinite(change)) return change;
  throw new NumericalError(
    `sampler: energyDifference is ${change} for the value ${proposed} at site ${site}; it must be a finite number. Give what is forbidden some 1000/β: far more would leave no digits for the rest.`,
    { site, proposed },
  );
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
    checkStatesOf(reflect, valuesOf(model) ?? []);
    let change = (clusters.site?.(proposed) ?? 0) - (clusters.site?.(old) ?? 0);
    let size = Math.abs(change);
    for (const n of lattice.neighbours.subarray(...linksOf(lattice, site))) {
      const other = field[n];
      const [before, after] = [clusters.bond(old, other), clusters.bond(proposed, other)];
      change += after - before;
      size += Math.abs(before) + Math.abs(after);
      checkReflection(after, clusters.bond(reflect(proposed), reflect(other)), proposed, other);
      const twice = clusters.bond(reflect(reflect(proposed)), other);
      if (Math.abs(twice - after) > TOLERANCE * Math.max(1, Math.abs(after)))
        throw noReflection(proposed, reflect(proposed), reflect(reflect(proposed)));
    }
    const difference = model.energyDifference(field, site, proposed);
    if (Math.abs(change - difference) <= TOLERANCE * (size + Math.abs(difference))) continue;
    throw new ConfigError(
      `sampler: clusters.bond and clusters.site give ${change} for the value ${proposed} at site ${site}, energyDifference ${difference}. Let both be of one energy, or leave clusters out.`,
      { site, proposed },
    );
  }
}

/** @throws ConfigError for what leaves the listed states, or done twice changes something */
function checkStatesOf(reflect: (value: number) => number, values: readonly number[]): void {
  for (const value of values) {
    const image = reflect(value);
    if (!values.includes(image)) {
      throw new ConfigError(
        `sampler: clusters.reflection takes ${value} to ${image}; the states are [${values.join(", ")}]. Give one that stays among them, or leave clusters out.`,
        { value, image },
      );
    }
    if (reflect(image) !== value) throw noReflection(value, image, reflect(image));
  }
}

const noReflection = (value: number, image: number, twice: number): ConfigError =>
  new ConfigError(
    `sampler: clusters.reflection takes ${value} to ${image}, and that to ${twice}; done twice a reflection changes nothing. Give one with R(R(a)) = a, such as a swap of two states, or leave clusters out.`,
    { value, image },
  );

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

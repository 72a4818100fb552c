import type { Rng } from "../../core/random/rng.js";
import { mean } from "../../core/statistics/statistics.js";
import { apartness, clusterGrowth } from "../sampling/clusterGrowth.js";
import { changeAt, modelEnergy } from "./modelEnergy.js";
import { heatBathWeights, metropolisProbability, PROPOSED } from "./heatBath.js";
import {
  checkerboard,
  valuesOf,
  type ContinuousStates,
  type SpinModel,
  type SpinUpdates,
} from "./spinModel.js";

/** What proposes and decides at one site. @returns the value afterwards */
type SiteUpdate = (field: Float64Array, site: number, width: number) => number;

/**
 * Updates of any model through its energy differences: the open path, and the plain twin of those
 * of the Ising and XY models, which draw the same random numbers.
 * @param start  copied
 */
export function modelUpdates(
  model: SpinModel,
  sweeps: "metropolis" | "heatBath",
  start: Float64Array,
  rng: Rng,
): SpinUpdates {
  const { lattice } = model;
  const field = start.slice();
  const { order } = checkerboard(lattice);
  let total = modelEnergy(model, field);
  const difference = (site: number, proposed: number): number =>
    changeAt(model, field, site, proposed);
  const update =
    sweeps === "metropolis"
      ? metropolisUpdate(model, difference, rng)
      : heatBathUpdate(model, difference, rng);
  const set = (site: number, value: number): void => {
    total += model.energyDifference(field, site, value);
    field[site] = value;
  };
  return {
    sweep: (width) => {
      let accepted = 0;
      for (const site of order) {
        const value = update(field, site, width);
        if (value === field[site]) continue;
        set(site, value);
        accepted++;
      }
      return accepted / lattice.sites;
    },
    cluster: clusterUpdate(model, field, set, rng),
    energy: () => total / lattice.sites,
    orderParameter: () => model.orderParameter?.(field) ?? Math.abs(mean(field)),
    read: (out) => out.set(field),
  };
}

type Difference = (site: number, proposed: number) => number;

/** A proposal, taken with min(1, e^{−β ΔE}); of listed values at `PROPOSED` of the sites. */
export function metropolisUpdate(model: SpinModel, difference: Difference, rng: Rng): SiteUpdate {
  const { inverseTemperature: beta } = model;
  const values = valuesOf(model);
  const propose = values ? otherValue(values, rng) : continuousProposal(model, rng);
  const share = values ? PROPOSED : 1;
  return (field, site, width) => {
    const proposed = propose(field[site], width);
    const probability = share * metropolisProbability(beta, difference(site, proposed));
    return rng.uniform() < probability ? proposed : field[site];
  };
}

/** Another value, each as likely; of two there is nothing to draw. */
function otherValue(values: readonly number[], rng: Rng): (value: number) => number {
  const count = values.length;
  if (count === 2) return (value) => values[0] + values[1] - value;
  return (value) => {
    const step = 1 + Math.floor(rng.uniform() * (count - 1));
    return values[(values.indexOf(value) + step) % count];
  };
}

function continuousProposal(model: SpinModel, rng: Rng): (value: number, width: number) => number {
  const states = model.states as ContinuousStates;
  const uniform = (value: number, width: number): number => value + width * (2 * rng.uniform() - 1);
  return (value, width) => states.propose?.(value, width, rng) ?? uniform(value, width);
}

/** Any of the values, each with its weight given the rest of the field. */
export function heatBathUpdate(model: SpinModel, difference: Difference, rng: Rng): SiteUpdate {
  const values = valuesOf(model)!;
  const [changes, weights] = [new Float64Array(values.length), new Float64Array(values.length)];
  return (field, site) => {
    const present = field[site];
    values.forEach((value, k) => (changes[k] = value === present ? 0 : difference(site, value)));
    heatBathWeights(model.inverseTemperature, changes, weights);
    // the present value takes what the others leave, so that of two the one number says: change
    let left = rng.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (let k = 0; k < values.length; k++) {
      if (values[k] === present) continue;
      if (left < weights[k]) return values[k];
      left -= weights[k];
    }
    return present;
  };
}

/**
 * A Wolff cluster. What the energy has beside links decides whether it is reflected.
 * @param set  gives a site a new value
 * @returns    a function that returns the size of the cluster, 0 where it keeps its values
 */
export function clusterUpdate(
  { lattice, inverseTemperature: beta, clusters }: SpinModel,
  field: Float64Array,
  set: (site: number, value: number) => void,
  rng: Rng,
): () => number {
  if (clusters === undefined) return () => 0;
  const grow = clusterGrowth(lattice);
  return () => {
    const reflect = clusters.reflection(rng);
    const apart = (n: number, m: number): number => {
      const [own, other] = [field[n], field[m]];
      return apartness(beta * (clusters.bond(reflect(own), other) - clusters.bond(own, other)));
    };
    const { members, size } = grow(apart, rng);
    if (clusters.site) {
      let change = 0;
      for (let i = 0; i < size; i++) {
        const value = field[members[i]];
        change += clusters.site(reflect(value)) - clusters.site(value);
      }
      if (!(rng.uniform() < metropolisProbability(beta, change))) return 0;
    }
    for (let i = 0; i < size; i++) set(members[i], reflect(field[members[i]]));
    return size;
  };
}

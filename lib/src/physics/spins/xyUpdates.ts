import type { Rng } from "../../core/random/rng.js";
import { makeArena } from "../../kernels/arena.js";
import type { Backend } from "../lattice/latticeMemory.js";
import { apartness, clusterGrowth } from "../sampling/clusterGrowth.js";
import { bulkDraws, drawsRoom } from "./draws.js";
import { metropolisProbability } from "./heatBath.js";
import { checkerboard, type SpinUpdates } from "./spinModel.js";
import { proposedAngle, reflected, reflectionAxis, type XyModel } from "./xyModel.js";

/**
 * Updates of the XY model, which keep cos θ and sin θ of all sites.
 * @param start  angles, copied
 */
export function xyUpdates(
  model: XyModel,
  start: Float64Array,
  rng: Rng,
  backend: Backend,
): SpinUpdates {
  const { lattice, coupling, inverseTemperature: beta } = model;
  const { sites, dimensions, neighbours, parity } = lattice;
  const degree = 2 * dimensions;
  const draws = bulkDraws(rng, makeArena({ doubles: 0, integers: drawsRoom }, backend));
  const { order } = checkerboard(lattice);
  const angle = start.slice();
  const [x, y] = [angle.map(Math.cos), angle.map(Math.sin)];
  const set = (n: number, value: number): void => {
    angle[n] = value;
    x[n] = Math.cos(value);
    y[n] = Math.sin(value);
  };
  const grow = clusterGrowth(lattice);
  const along = new Float64Array(sites); // components along the axis of a reflection
  const apart = (n: number, m: number): number =>
    apartness(2 * beta * coupling * along[n] * along[m]);
  return {
    sweep: (width) => {
      let accepted = 0;
      for (const n of order) {
        let [fieldX, fieldY] = [0, 0];
        for (let k = n * degree; k < (n + 1) * degree; k++) {
          fieldX += x[neighbours[k]];
          fieldY += y[neighbours[k]];
        }
        const proposed = proposedAngle(angle[n], width, draws);
        const [newX, newY] = [Math.cos(proposed), Math.sin(proposed)];
        const difference = -coupling * ((newX - x[n]) * fieldX + (newY - y[n]) * fieldY);
        if (!(draws.uniform() < metropolisProbability(beta, difference))) continue;
        angle[n] = proposed;
        x[n] = newX;
        y[n] = newY;
        accepted++;
      }
      return accepted / sites;
    },
    cluster: () => {
      const axis = reflectionAxis(draws);
      const [cosine, sine] = [Math.cos(axis), Math.sin(axis)];
      for (let n = 0; n < sites; n++) along[n] = cosine * x[n] + sine * y[n];
      const { members, size } = grow(apart, draws);
      for (let i = 0; i < size; i++) set(members[i], reflected(angle[members[i]], axis));
      return size;
    },
    energy: () => {
      let sum = 0;
      for (let n = 0; n < sites; n++) {
        for (let mu = 0; mu < dimensions; mu++) {
          const m = neighbours[n * degree + mu];
          sum += x[n] * x[m] + y[n] * y[m];
        }
      }
      return (-coupling * sum) / sites;
    },
    orderParameter: () => {
      let [sumX, sumY] = [0, 0];
      for (let n = 0; n < sites; n++) {
        const sign = coupling < 0 ? parity[n] : 1;
        sumX += sign * x[n];
        sumY += sign * y[n];
      }
      return Math.sqrt(sumX * sumX + sumY * sumY) / sites;
    },
    read: (out) => out.set(angle),
  };
}

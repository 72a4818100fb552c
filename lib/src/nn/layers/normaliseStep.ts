import { size, type Shape } from "../../core/tensor.js";
import type { NormalisationLayer } from "./layer.js";
import type { LayerStep } from "./layerStep.js";
import { groupsAlong } from "./sourceTables.js";

/**
 * `prepare` of normalisations. With P what takes the mean off (or 1), N entries of a group and σ
 * its deviation, J v = (P v − y ⟨y, v⟩/N) / σ is symmetric, and dσ = ⟨y, dx⟩/N.
 */
export function prepareNormalisation(
  this: NormalisationLayer,
  [input]: readonly Shape[],
  capacity: number,
): LayerStep {
  const { epsilon, centred } = this;
  const members = groupsAlong(input, this.axes);
  const width = size(input);
  const count = size(this.axes.map((axis) => input[axis]));
  const groups = width / count;
  const sigma = new Float64Array(capacity * groups);

  /** Calls `use` for every group of every sample: its members, where the sample begins, its σ. */
  const eachGroup = (
    batch: number,
    use: (from: number, end: number, start: number, group: number) => void,
  ): void => {
    for (let n = 0; n < batch; n++)
      for (let k = 0; k < groups; k++) use(k * count, (k + 1) * count, n * width, n * groups + k);
  };
  const jacobian = (y: Float64Array, v: Float64Array, out: Float64Array, batch: number): void =>
    eachGroup(batch, (from, end, start, group) => {
      let [mean, along] = [0, 0];
      for (let e = from; e < end; e++) {
        const p = start + members[e];
        mean += v[p];
        along += y[p] * v[p];
      }
      mean = centred ? mean / count : 0;
      along /= count;
      for (let e = from; e < end; e++) {
        const p = start + members[e];
        out[p] = (v[p] - mean - y[p] * along) / sigma[group];
      }
    });
  return {
    forward({ x: [x], y }, batch) {
      eachGroup(batch, (from, end, start, group) => {
        let mean = 0;
        if (centred) for (let e = from; e < end; e++) mean += x[start + members[e]];
        mean /= count;
        let squares = 0;
        for (let e = from; e < end; e++) squares += (x[start + members[e]] - mean) ** 2;
        sigma[group] = Math.sqrt(squares / count + epsilon);
        for (let e = from; e < end; e++) {
          const p = start + members[e];
          y[p] = (x[p] - mean) / sigma[group];
        }
      });
    },
    push: ({ y }, { x: [dx], y: dy }, batch) => jacobian(y, dx, dy, batch),
    pull: ({ y }, g, _k, gx, batch) => jacobian(y, g, gx, batch),
    bend({ y }, { x: [dx], y: dy }, g, _k, gx, batch) {
      eachGroup(batch, (from, end, start, group) => {
        let [mean, along, change, growth] = [0, 0, 0, 0];
        for (let e = from; e < end; e++) {
          const p = start + members[e];
          mean += g[p];
          along += y[p] * g[p];
          change += dy[p] * g[p];
          growth += y[p] * dx[p];
        }
        mean = centred ? mean / count : 0;
        const [a, c] = [along / count, change / count];
        const [s, rate] = [sigma[group], growth / count / sigma[group]]; // dσ/σ
        for (let e = from; e < end; e++) {
          const p = start + members[e];
          gx[p] = (-rate * (g[p] - mean - y[p] * a) - dy[p] * a - y[p] * c) / s;
        }
      });
    },
  };
}

import { size, type Shape } from "../../../core/tensor.js";
import type { OwnLayer } from "../../../nn/layers/layer.js";
import type { LayerStep } from "../../../nn/layers/layerStep.js";

/**
 * y_i = e^{x_i} / Σ_j e^{x_j} over the entries along one axis of a sample [channels, …space]. With
 * ⟨·,·⟩ along that axis
 *
 *   J dx = y (dx − ⟨y, dx⟩) = Jᵀ dx,   d(Jᵀ g) = dy (g − ⟨y, g⟩) − y ⟨dy, g⟩
 *
 * It is a layer of one's own: relevance and worker threads refuse it by name, all that is made of
 * derivatives has it.
 */
export function softmaxAlong(axis: number): OwnLayer {
  return {
    kind: "own",
    name: `softmax(axis ${axis})`,
    outputShape: ([input]) => input,
    prepare: ([input]) => step(input, axis),
  };
}

function step(shape: Shape, axis: number): LayerStep {
  const extent = shape[axis];
  const apart = size(shape.slice(axis + 1));
  const groups = size(shape) / extent;
  /** Calls with the first entry of each group of entries, which are `apart` from each other. */
  const each = (batch: number, work: (start: number) => void): void => {
    for (let group = 0; group < batch * groups; group++) {
      work(Math.floor(group / apart) * apart * extent + (group % apart));
    }
  };
  const product = (a: Float64Array, b: Float64Array, start: number): number => {
    let sum = 0;
    for (let e = 0, p = start; e < extent; e++, p += apart) sum += a[p] * b[p];
    return sum;
  };
  const apply = (y: Float64Array, v: Float64Array, out: Float64Array, batch: number): void =>
    each(batch, (start) => {
      const mean = product(y, v, start);
      for (let e = 0, p = start; e < extent; e++, p += apart) out[p] = y[p] * (v[p] - mean);
    });
  return {
    forward({ x: [x], y }, batch) {
      each(batch, (start) => {
        let largest = -Infinity;
        for (let e = 0, p = start; e < extent; e++, p += apart) largest = Math.max(largest, x[p]);
        let sum = 0;
        for (let e = 0, p = start; e < extent; e++, p += apart)
          sum += y[p] = Math.exp(x[p] - largest);
        for (let e = 0, p = start; e < extent; e++, p += apart) y[p] /= sum;
      });
    },
    push: ({ y }, { x: [dx], y: dy }, batch) => apply(y, dx, dy, batch),
    pull: ({ y }, g, _k, gx, batch) => apply(y, g, gx, batch),
    bend: ({ y }, { y: dy }, g, _k, gx, batch) =>
      each(batch, (start) => {
        const [mean, change] = [product(y, g, start), product(dy, g, start)];
        for (let e = 0, p = start; e < extent; e++, p += apart) {
          gx[p] = dy[p] * (g[p] - mean) - y[p] * change;
        }
      }),
  };
}

import { size, type Shape } from "../../core/tensor.js";
import type { PoolingLayer, PoolingMap } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/** `prepare` of poolings. */
export function preparePooling(
  this: PoolingLayer,
  [input]: readonly Shape[],
  capacity: number,
): LayerStep {
  return poolingStep(this.map(input), size(input), size(this.outputShape([input])), capacity);
}

/**
 * y_f = coefficient · Σ x_source: linear at given sources, which of a maximum are those of the
 * latest `forward`.
 */
function poolingStep(map: PoolingMap, width: number, height: number, capacity: number): LayerStep {
  const { selects, window, coefficient, coefficients } = map;
  const sources = new Int32Array(selects ? capacity * height : 0);
  const table = selects ? sources : map.sources;
  return {
    pooling: map,
    sources,
    forward({ x: [x], y }, batch) {
      map.forward(x, y, sources, batch);
    },
    push(_at, { x: [dx], y: dy }, batch) {
      if (selects) {
        for (let n = 0, f = 0; n < batch; n++) {
          const start = n * width;
          for (const end = f + height; f < end; f++)
            dy[f] = table[f] < 0 ? 0 : dx[start + table[f]];
        }
        return;
      }
      for (let n = 0; n < batch; n++) {
        for (let f = 0, p = 0; f < height; f++) {
          let sum = 0;
          for (let e = 0; e < window; e++, p++) if (table[p] >= 0) sum += dx[n * width + table[p]];
          dy[n * height + f] = (coefficients ? coefficients[f] : coefficient) * sum;
        }
      }
    },
    pull(_at, g, _k, gx, batch) {
      gx.fill(0, 0, batch * width);
      if (selects) {
        for (let n = 0, f = 0; n < batch; n++) {
          const start = n * width;
          for (const end = f + height; f < end; f++)
            if (table[f] >= 0) gx[start + table[f]] += g[f];
        }
        return;
      }
      for (let n = 0; n < batch; n++) {
        for (let f = 0, p = 0; f < height; f++) {
          const share = (coefficients ? coefficients[f] : coefficient) * g[n * height + f];
          for (let e = 0; e < window; e++, p++)
            if (table[p] >= 0) gx[n * width + table[p]] += share;
        }
      }
    },
  };
}

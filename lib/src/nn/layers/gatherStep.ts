import { size, type Shape } from "../../core/tensor.js";
import type { GatherLayer } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/** `prepare` of gathers: y_f = x_{s(f)} is linear, its transpose adds to the sources. */
export function prepareGather(this: GatherLayer, [input]: readonly Shape[]): LayerStep {
  const { constant } = this;
  const sources = this.sources(input);
  const [width, height] = [size(input), sources.length];
  const from = (x: Float64Array, y: Float64Array, batch: number, missing: number): void => {
    for (let n = 0, p = 0; n < batch; n++) {
      const start = n * width;
      for (let f = 0; f < height; f++, p++) {
        const source = sources[f];
        y[p] = source < 0 ? missing : x[start + source];
      }
    }
  };
  const into = (g: Float64Array, gx: Float64Array, batch: number): void => {
    for (let n = 0, p = 0; n < batch; n++) {
      const start = n * width;
      for (let f = 0; f < height; f++, p++) if (sources[f] >= 0) gx[start + sources[f]] += g[p];
    }
  };
  return {
    pooling: {
      window: 1,
      coefficient: 1,
      selects: false,
      sources,
      forward: (x, y, _sources, batch) => from(x, y, batch, constant),
    },
    forward: ({ x: [x], y }, batch) => from(x, y, batch, constant),
    push: (_at, { x: [dx], y: dy }, batch) => from(dx, dy, batch, 0),
    pull(_at, g, _k, gx, batch) {
      gx.fill(0, 0, batch * width);
      into(g, gx, batch);
    },
    pullInto: (_at, g, _k, gx, batch) => into(g, gx, batch),
  };
}

import { size, type Shape } from "../../core/tensor.js";
import type { ChoiceLayer } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/** `prepare` of choices: linear at the entries that the latest `forward` found. */
export function prepareChoice(
  this: ChoiceLayer,
  inputs: readonly Shape[],
  capacity: number,
): LayerStep {
  const choose = this.chooser(inputs);
  const widths = inputs.map(size);
  const starts = widths.map((_, k) => widths.slice(0, k).reduce((sum, width) => sum + width, 0));
  const height = size(this.outputShape(inputs));
  const sources = new Int32Array(capacity * height);
  /** dy = dx of one input at its entries; what others gave is left alone. */
  const through = (k: number, dx: Float64Array, dy: Float64Array, batch: number): void => {
    const [start, width] = [starts[k], widths[k]];
    for (let n = 0, p = 0; n < batch; n++) {
      for (let f = 0; f < height; f++, p++) {
        const entry = sources[p] - start;
        if (entry >= 0 && entry < width) dy[p] = dx[n * width + entry];
      }
    }
  };
  const into = (k: number, g: Float64Array, gx: Float64Array, batch: number): void => {
    const [start, width] = [starts[k], widths[k]];
    for (let n = 0, p = 0; n < batch; n++) {
      for (let f = 0; f < height; f++, p++) {
        const entry = sources[p] - start;
        if (entry >= 0 && entry < width) gx[n * width + entry] += g[p];
      }
    }
  };
  return {
    sources,
    forward({ x, y }, batch) {
      for (let n = 0; n < batch; n++) {
        const [own, found] = [n * height, (n + 1) * height];
        choose(x, n, y.subarray(own, found), sources.subarray(own, found));
      }
    },
    push(_at, { x: dx, y: dy }, batch) {
      dy.fill(0, 0, batch * height);
      for (let k = 0; k < widths.length; k++) through(k, dx[k], dy, batch);
    },
    pull(_at, g, k, gx, batch) {
      gx.fill(0, 0, batch * widths[k]);
      into(k, g, gx, batch);
    },
    pullInto: (_at, g, k, gx, batch) => into(k, g, gx, batch),
  };
}

import { size } from "../../core/tensor.js";
import type { PoolingMap } from "../../nn/layers/layer.js";
import { windowSums } from "./linearMaps.js";
import { linearPropagator, type LinearPropagator } from "./linearPropagator.js";
import type { MaximumRule } from "../rules/maximumRule.js";
import { maximumWindows } from "./poolingWindows.js";
import type { Workspace } from "./preparedRule.js";
import { zPlus } from "../rules/rules.js";

/**
 * Relevance through a maximum pooling.
 * @param sources  [capacity, outputs]: the entries the last forward pass passed on
 * @param alone    true if nobody else writes to the relevance of the inputs
 */
export function maximumPropagator(
  map: PoolingMap,
  rule: MaximumRule,
  layer: string,
  sources: Int32Array,
  input: readonly number[],
  output: readonly number[],
  work: Workspace,
  alone: boolean,
): LinearPropagator {
  const [features, outputs] = [size(input), size(output)];
  if (rule.name === "winner takes all") {
    let cleared = new Int32Array(0);
    return {
      propagate(_x, _y, relevance, out, batch) {
        // where nobody else writes, only the last batch's winners are not 0 already
        if (!alone) out.fill(0, 0, batch * features);
        for (let p = 0; p < cleared.length; p++) out[cleared[p]] = 0;
        cleared = cleared.length === batch * outputs ? cleared : new Int32Array(batch * outputs);
        for (let n = 0, p = 0; n < batch; n++) {
          for (let f = 0; f < outputs; f++, p++) cleared[p] = n * features + sources[p];
        }
        for (let p = 0; p < cleared.length; p++) out[cleared[p]] += relevance[p];
      },
    };
  }
  const windows = maximumWindows(map, outputs, features);
  if (rule.name === "proportional") {
    const sums = windowSums(windows, outputs, features);
    const weight = Float64Array.of(1);
    return linearPropagator({ map: sums, rule: zPlus, layer, weight, features, outputs, work });
  }
  const entries = windows.length / outputs;
  return {
    propagate(x, y, relevance, out, batch) {
      out.fill(0, 0, batch * features);
      for (let n = 0, p = 0; n < batch; n++) {
        const start = n * features;
        for (let f = 0; f < outputs; f++, p++) {
          let equals = 0;
          for (let e = f * entries; e < (f + 1) * entries; e++)
            if (windows[e] >= 0 && x[start + windows[e]] === y[p]) equals++;
          for (let e = f * entries; e < (f + 1) * entries; e++) {
            if (windows[e] >= 0 && x[start + windows[e]] === y[p])
              out[start + windows[e]] += relevance[p] / equals;
          }
        }
      }
    },
  };
}

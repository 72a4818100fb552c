import { aBaseline, someRegions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { optional, record } from "../../core/arguments/kinds.js";
import type { Tensor } from "../../core/tensor.js";
import { baselineOf, referenceOf } from "./baseline.js";
import { explainWith } from "./explainWith.js";
import type { AttributionMethod } from "./method.js";
import { checkRegions, entries, type Region } from "./patches.js";
import { selected } from "../propagation/start.js";

/** Options of `occlusion`. */
export interface OcclusionOptions {
  /**
   * What is put in place of what is covered: one sample in the units that the network reads
   * (default zeros of these).
   */
  readonly baseline?: Tensor;
  /**
   * What is covered together (default each entry by itself); `patches(shape, extent)` gives blocks.
   */
  readonly regions?: readonly Region[];
}

/**
 * Occlusion (Zeiler & Fergus 2014): R of a region is f(x) − f(x with the region replaced by the
 * baseline). Each of its entries shows R / its number of entries, so that sums over blocks are R;
 * entries of several regions show the sum.
 */
export function occlusion(options: OcclusionOptions = {}): AttributionMethod {
  takes("occlusion", {
    options: [options, record({ baseline: aBaseline, regions: optional(someRegions) })],
  });
  const { baseline, regions } = options;
  return {
    name: "occlusion",
    inputOnly: true,
    reference: referenceOf(baseline),
    prepare(problem) {
      const { theta, input, capacity, network } = problem;
      const reference = baselineOf(baseline, input, "occlusion");
      const features = reference.length;
      const covered = regions ?? entries(input);
      checkRegions(covered, features, "occlusion");
      const copies = new Float64Array(capacity * features);
      const [whole, scores] = [new Float64Array(capacity), new Float64Array(capacity)];
      let coefficients = new Float64Array(0);
      return explainWith({ ...problem, lowest: 0 }, (opening, { x, batch, relevance: [out] }) => {
        const { evaluator, outputs, selection, output } = opening;
        if (coefficients.length === 0) coefficients = new Float64Array(capacity * outputs);
        selected(selection.coefficients, output, outputs, batch, whole);
        out.fill(0, 0, batch * features);
        for (let n = 0; n < batch; n++) {
          const sample = x.subarray(n * features, (n + 1) * features);
          for (let k = 0; k < capacity; k++)
            coefficients.set(
              selection.coefficients.subarray(n * outputs, (n + 1) * outputs),
              k * outputs,
            );
          for (let from = 0; from < covered.length; from += capacity) {
            const count = Math.min(capacity, covered.length - from);
            for (let k = 0; k < count; k++) {
              copies.set(sample, k * features);
              const region = covered[from + k];
              for (let e = 0; e < region.length; e++)
                copies[k * features + region[e]] = reference[region[e]];
            }
            evaluator.forward(theta, copies, count);
            selected(coefficients, evaluator.values[network.nodes.length], outputs, count, scores);
            for (let k = 0; k < count; k++) {
              const region = covered[from + k];
              for (let e = 0; e < region.length; e++)
                out[n * features + region[e]] += (whole[n] - scores[k]) / region.length;
            }
          }
        }
      });
    },
  };
}

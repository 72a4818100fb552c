import { aBaseline } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { count, optional, record } from "../../core/arguments/kinds.js";
import type { Tensor } from "../../core/tensor.js";
import { baselineOf, referenceOf, withMasks } from "./baseline.js";
import { explainWith } from "./explainWith.js";
import type { AttributionMethod } from "./method.js";
import { selected } from "../propagation/start.js";

/** Options of `integratedGradients`. */
export interface IntegratedGradientsOptions {
  /**
   * One sample in the units that the network reads (default zeros of these); masks stay what they
   * are.
   */
  readonly baseline?: Tensor;
  /** Points of the midpoint rule along the path (default 50). */
  readonly steps?: number;
}

/**
 * Integrated gradients (Sundararajan et al. 2017), R_i = (x_i − x′_i) ∫₀¹ ∂f/∂x_i (x′ + α (x − x′))
 * dα.
 *
 * Completeness Σ_i R_i = f(x) − f(x′) holds up to the midpoint rule; what is missing is reported
 * (`missing`). More steps make it smaller.
 * @example
 * ```ts
 * import { core, lrp, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(2, 2), nn.relu(), nn.dense(2, 1)]);
 * const theta = Float64Array.of(1, 0, 0, 1, 0, 0, 2, -1, 0); // 2 max(x₀, 0) − max(x₁, 0)
 * const x = core.tensor([1, 2], [3, 1]);
 * const { at } = lrp.attribute(network, theta, x, lrp.integratedGradients({ steps: 8 }));
 * console.log(Array.from(at[0].data)); // → [ 6, -1 ]
 * ```
 */
export function integratedGradients(options: IntegratedGradientsOptions = {}): AttributionMethod {
  takes("integratedGradients", {
    options: [options, record({ baseline: aBaseline, steps: optional(count(1)) })],
  });
  const { baseline, steps = 50 } = options;
  return {
    name: `integrated gradients, ${steps} steps`,
    inputOnly: true,
    reference: referenceOf(baseline),
    prepare(problem) {
      const { network, theta, input, capacity, masks = [] } = problem;
      const reference = baselineOf(baseline, input, "integratedGradients");
      const features = reference.length;
      const [point, before] = [0, 1].map(() => new Float64Array(capacity * features));
      const [promised, atReference] = [new Float64Array(capacity), new Float64Array(capacity)];
      return explainWith(
        { network, theta, input, capacity, lowest: 0, wanted: [0] },
        (opening, { x, batch, relevance: [out] }) => {
          const { evaluator, selection, output, outputs } = opening;
          selected(selection.coefficients, output, outputs, batch, promised);
          withMasks(reference, x, masks, before, batch);
          evaluator.forward(theta, before, batch);
          selected(
            selection.coefficients,
            evaluator.values[network.nodes.length],
            outputs,
            batch,
            atReference,
          );
          for (let n = 0; n < batch; n++) promised[n] -= atReference[n];
          out.fill(0, 0, batch * features);
          for (let step = 0; step < steps; step++) {
            const alpha = (step + 0.5) / steps;
            for (let p = 0; p < batch * features; p++)
              point[p] = before[p] + alpha * (x[p] - before[p]);
            opening.gradients(point, batch);
            for (let p = 0; p < batch * features; p++) out[p] += evaluator.gradients[0][p];
          }
          for (let p = 0; p < batch * features; p++) out[p] *= (x[p] - before[p]) / steps;
        },
        () => promised,
      );
    },
  };
}

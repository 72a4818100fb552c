import { optional, record, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { explainWith } from "./explainWith.js";
import { singleGradients } from "./singleGradients.js";

import type { AttributionMethod } from "./method.js";

/** Options of `gradient` and `gradientTimesInput`. */
export interface GradientMethodOptions {
  /**
   * "float32" computes in single precision, several times faster, and explains the input alone
   * (default "float64").
   */
  readonly precision?: "float64" | "float32";
}

const kinds = record({ precision: optional(word(["float64", "float32"])) });

/** R = ∂f/∂x (Simonyan et al. 2014) at every value. Signed; take the modulus for a saliency map. */
export function gradient(options: GradientMethodOptions = {}): AttributionMethod {
  takes("gradient", { options: [options, kinds] });
  const single = options.precision === "float32";
  return {
    name: "gradient",
    inputOnly: single,
    prepare: (problem) =>
      single
        ? singleGradients(problem, false)
        : explainWith(problem, (opening, { x, batch, relevance, sizes }) => {
            opening.gradients(x, batch);
            relevance.forEach((out, v) => {
              for (let p = 0; p < batch * sizes[v]; p++) out[p] = opening.evaluator.gradients[v][p];
            });
          }),
  };
}

/**
 * R_i = x_i ∂f/∂x_i at every value: what ε → 0 of the ε rule becomes for piecewise linear networks
 * without biases.
 */
export function gradientTimesInput(options: GradientMethodOptions = {}): AttributionMethod {
  takes("gradientTimesInput", { options: [options, kinds] });
  const single = options.precision === "float32";
  return {
    name: "gradient × input",
    inputOnly: single,
    prepare: (problem) =>
      single
        ? singleGradients(problem, true)
        : explainWith(problem, (opening, { x, batch, relevance, sizes }) => {
            opening.gradients(x, batch);
            const { gradients, values } = opening.evaluator;
            relevance.forEach((out, v) => {
              for (let p = 0; p < batch * sizes[v]; p++) out[p] = gradients[v][p] * values[v][p];
            });
          }),
  };
}

import { explainWith } from "./explainWith.js";
import type { AttributionMethod } from "./method.js";

/** R = ∂f/∂x (Simonyan et al. 2014) at every value. Signed; take the modulus for a saliency map. */
export function gradient(): AttributionMethod {
  return {
    name: "gradient",
    inputOnly: false,
    prepare: (problem) =>
      explainWith(problem, (opening, { x, batch, relevance, sizes }) => {
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
export function gradientTimesInput(): AttributionMethod {
  return {
    name: "gradient × input",
    inputOnly: false,
    prepare: (problem) =>
      explainWith(problem, (opening, { x, batch, relevance, sizes }) => {
        opening.gradients(x, batch);
        const { gradients, values } = opening.evaluator;
        relevance.forEach((out, v) => {
          for (let p = 0; p < batch * sizes[v]; p++) out[p] = gradients[v][p] * values[v][p];
        });
      }),
  };
}

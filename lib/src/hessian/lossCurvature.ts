import type { Tensor } from "../core/tensor.js";
import type { Arena } from "../kernels/arena.js";
import type { Evaluator } from "../nn/evaluator.js";
import type { Loss } from "../nn/loss.js";
import { makeGramSum } from "./gramSum.js";

/**
 * Σ_n (∂z/∂θ)ᵀ (∂²L/∂z²) (∂z/∂θ), the part of a Hessian that is the loss's: a rank-k update for each sample, with rows that are columns of a
 * factor of ∂²L/∂z² propagated back. Takes `gramSumSpace` from the arena.
 */
export interface LossCurvature {
  /** Adds the samples that the evaluator holds. Its gradients are others afterwards. */
  add(theta: Float64Array, target: Float64Array, count: number): void;
  /** [P, P] */
  finish(): Tensor;
}

export function makeLossCurvature(evaluator: Evaluator, loss: Loss, out: number, arena: Arena): LossCurvature {
  const { capacity, values, gradients, network: { parameterCount: P } } = evaluator;
  const last = values.length - 1;
  const sum = makeGramSum(arena, P);
  const rows = new Float64Array(capacity * P);
  return {
    add(theta, target, count) {
      for (let k = 0; k < loss.factors(out); k++) {
        loss.factor(values[last], target, k, count, out, gradients[last]);
        evaluator.backward(theta, count);
        rows.fill(0);
        evaluator.parameterGradientRows(count, rows, 0);
        sum.add(rows, count);
      }
    },
    finish: () => sum.finish(),
  };
}

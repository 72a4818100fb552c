import { stopIfCancelled } from "../core/cancellation.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { makeArena } from "../kernels/arena.js";
import type { Evaluator } from "../nn/evaluator.js";
import type { Loss } from "../nn/loss.js";
import type { Samples } from "../nn/risk.js";
import { gramSumSpace } from "./gramSum.js";
import { makeLossCurvature } from "./lossCurvature.js";
import { makeParameterDirections } from "./parameterDirections.js";
import { parameterWalks } from "./parameterWalks.js";

/**
 * Sum over the samples of ∇²L_n, [P, P], one Hessian-vector product for each parameter (Pearlmutter 1994), for every network that has
 * products, whatever its layers.
 *
 * All products of a chunk of samples share its values and first derivatives. Since H is symmetric, a product with a unit vector only visits
 * the nodes behind that parameter; what the loss adds is a rank-k update (`LossCurvature`) and no part of the products. Memory: three
 * P × P matrices, and for a chunk four times all values.
 */
export function hessianByProducts(
  evaluator: Evaluator, theta: Float64Array, samples: Samples, loss: Loss, onProgress?: (done: number, total: number) => void,
): Tensor {
  const [n, out] = samples.target.shape;
  const { capacity, values, gradients, steps, network: { parameterCount: P } } = evaluator;
  const last = values.length - 1;
  const width = samples.x.data.length / n;
  const walks = parameterWalks(steps);
  const directions = makeParameterDirections(evaluator);
  const ofLoss = makeLossCurvature(evaluator, loss, out, makeArena({ doubles: gramSumSpace(P) }));
  const half = tensor([P, P]); // half + halfᵀ is what the network adds: a pair of nodes stands here once, a node with itself by half
  const own = new Float64Array(P);
  for (let from = 0; from < n; from += capacity) {
    const count = Math.min(capacity, n - from);
    const target = samples.target.data.subarray(from * out, (from + count) * out);
    evaluator.forward(theta, samples.x.data.subarray(from * width, (from + count) * width), count);
    loss.gradient(values[last], target, count, out, gradients[last]);
    evaluator.backward(theta, count);
    for (const walk of walks) {
      const { place, count: parameters } = steps[walk.from];
      directions.begin(walk, theta, count);
      for (let p = 0; p < parameters; p++) {
        stopIfCancelled();
        const row = half.data.subarray((place + p) * P, (place + p + 1) * P);
        directions.add(walk, p, count, own, row);
        for (let q = place; q < place + parameters; q++) {
          row[q] += own[q] / 2;
          own[q] = 0;
        }
      }
    }
    ofLoss.add(theta, target, count);
    onProgress?.(from + count, n);
  }
  const hessian = ofLoss.finish();
  for (let p = 0; p < P; p++) {
    for (let q = 0; q <= p; q++) {
      const [a, b] = [p * P + q, q * P + p];
      hessian.data[a] += half.data[a] + half.data[b];
      hessian.data[b] = hessian.data[a];
    }
  }
  return hessian;
}

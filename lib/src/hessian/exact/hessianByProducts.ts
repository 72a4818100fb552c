import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { makeEvaluator } from "../../nn/network/evaluator.js";
import type { Loss } from "../../nn/losses/loss.js";
import type { Network } from "../../nn/network/network.js";
import { weigh, type Weighed } from "../../nn/losses/weighed.js";

/** Samples evaluated at a time. */
const CHUNK = 32;

/**
 * Sum over the samples of w_n ∇²L_n, [P, P], one Hessian-vector product for each parameter: for
 * every network that products work for, whatever its layers. Values and first derivatives of a
 * chunk of samples are made once and shared by all P products.
 */
export function hessianByProducts(
  network: Network,
  theta: Float64Array,
  samples: Weighed,
  loss: Loss,
  onDone?: (done: number, total: number) => void,
): Tensor {
  const [n, out] = samples.target.shape;
  const P = network.parameterCount;
  const evaluator = makeEvaluator(network, samples.x.shape.slice(1), Math.min(CHUNK, n));
  const { values, gradients, capacity } = evaluator;
  const last = values.length - 1;
  const width = samples.x.data.length / n;
  const sum = tensor([P, P]);
  const direction = new Float64Array(P);
  const outputTangent = new Float64Array(capacity * out);
  for (let from = 0; from < n; from += capacity) {
    const count = Math.min(capacity, n - from);
    const target = samples.target.data.subarray(from * out, (from + count) * out);
    evaluator.forward(theta, samples.x.data.subarray(from * width, (from + count) * width), count);
    const own = samples.factors?.subarray(from, from + count);
    loss.gradient(values[last], target, count, out, gradients[last]);
    weigh(gradients[last], own, count, out);
    evaluator.backward(theta, count);
    for (let p = 0; p < P; p++) {
      stopIfCancelled();
      direction[p] = 1;
      evaluator.tangentForward(theta, direction, count);
      loss.hessianProduct(
        values[last],
        target,
        evaluator.valueTangents[last],
        count,
        out,
        outputTangent,
      );
      weigh(outputTangent, own, count, out);
      evaluator.tangentBackward(
        theta,
        direction,
        count,
        outputTangent,
        sum.data.subarray(p * P, (p + 1) * P),
      );
      direction[p] = 0;
    }
    onDone?.(from + count, n);
  }
  return symmetrised(sum);
}

/** (A + Aᵀ)/2, in place: products agree with their transposes up to rounding. */
function symmetrised(a: Tensor): Tensor {
  const [P] = a.shape;
  for (let p = 0; p < P; p++) {
    for (let q = 0; q < p; q++)
      a.data[p * P + q] = a.data[q * P + p] = (a.data[p * P + q] + a.data[q * P + p]) / 2;
  }
  return a;
}

import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import { checkStrength } from "../../nn/losses/penalties.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import type { Network } from "../../nn/network/network.js";
import {
  checkSamples,
  eachProductChunk,
  type RiskOptions,
  type Samples,
} from "../../nn/losses/risk.js";
import { weigh, weighed } from "../../nn/losses/weighed.js";
import { toRiskProduct } from "../../nn/losses/riskTerms.js";

/**
 * Generalised Gauss-Newton matrix of the risk through its products: Gv = (1/n) Σ_n J_nᵀ (∂²L_n/∂z²)
 * J_n v + l2 v, with J_n the Jacobian of the outputs (Schraudolph 2002). It is the Hessian without
 * the curvature of the network itself.
 *
 * Never negative while no sample's weight is, so conjugate gradients always find a way; for softmax
 * cross-entropy it equals the
 * Fisher matrix. It differs from the Hessian wherever residuals are left: equal only for networks
 * that are linear in θ or fit every point.
 * @throws ShapeError | NumericalError if θ, inputs or targets do not fit the network
 */
export function gaussNewton(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions,
): SymmetricOperator {
  takes("gaussNewton", { options: [options, riskOptions] });
  const { loss, l2 = 0 } = options;
  checkSamples(network, theta, samples, "gaussNewton", loss);
  checkStrength(l2, "gaussNewton: l2");
  const { x, target, factors, divisor } = weighed(samples);
  const out = target.shape[1];
  return {
    dimension: network.parameterCount,
    apply(v) {
      const product = new Float64Array(network.parameterCount);
      eachProductChunk(network, theta, x, (evaluator, from, count) => {
        const last = evaluator.values.length - 1;
        const wanted = target.data.subarray(from * out, (from + count) * out);
        evaluator.tangentForward(theta, v, count);
        loss.hessianProduct(
          evaluator.values[last],
          wanted,
          evaluator.valueTangents[last],
          count,
          out,
          evaluator.gradients[last],
        );
        weigh(evaluator.gradients[last], factors?.subarray(from, from + count), count, out);
        evaluator.backward(theta, count);
        evaluator.parameterGradient(count, product);
      });
      toRiskProduct(product, divisor, v, l2);
      return product;
    },
  };
}

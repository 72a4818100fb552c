import type { SymmetricOperator } from "../../linalg/operator.js";
import type { Network } from "../../nn/network/network.js";
import { riskHvp, type RiskOptions, type Samples } from "../../nn/losses/risk.js";

export { riskHvp as hvp } from "../../nn/losses/risk.js";
export { damped, denseOperator, toDense, type SymmetricOperator } from "../../linalg/operator.js";

/**
 * The Hessian of the risk at θ known through its products, P × P (Dawid et al. 2021, Sec. II B and
 * F).
 */
export function riskHessian(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions,
): SymmetricOperator {
  return {
    dimension: network.parameterCount,
    apply: (v) => riskHvp(network, theta, samples, v, options),
  };
}

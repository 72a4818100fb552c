import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import type { Network } from "../../nn/network/network.js";
import { checkSamples, type RiskOptions, type Samples } from "../../nn/losses/risk.js";
import { riskProducts } from "../../nn/losses/riskProducts.js";

export { riskHvp as hvp } from "../../nn/losses/riskProducts.js";
export { damped, denseOperator, toDense, type SymmetricOperator } from "../../linalg/operator.js";

/**
 * The Hessian of the risk at θ known through its products, P × P (Dawid et al. 2021, Sec. II B and
 * F).
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const H = hessian.riskHessian(line, Float64Array.of(2, 1), samples, risk);
 * console.log(H.dimension, H.apply(Float64Array.of(0, 1))[1].toFixed(1)); // → 2 2.0
 * ```
 */
export function riskHessian(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions,
): SymmetricOperator {
  takes("riskHessian", { options: [options, riskOptions] });
  checkSamples(network, theta, samples, "riskHessian", options.loss);
  return {
    dimension: network.parameterCount,
    apply: riskProducts(network, theta, samples, options),
  };
}

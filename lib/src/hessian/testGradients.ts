import type { Tensor } from "../core/tensor.js";
import { losses, minimalTargets } from "../nn/loss.js";
import type { Network } from "../nn/network.js";
import { perSampleGradients, predict, type RiskOptions, type Samples } from "../nn/risk.js";

/**
 * Which label a test loss compares with (Dawid et al. 2021, App. A): "truth" the given one, "minimal" the one that the
 * network predicts, which needs no knowledge of the truth.
 */
export type LossVersion = "truth" | "minimal";

/** The test points with the targets of the chosen version. */
export function versionOf(network: Network, theta: Float64Array, test: Samples, version: LossVersion): Samples {
  return version === "truth" ? test : { x: test.x, target: minimalTargets(predict(network, theta, test.x)) };
}

/** L_test for each test point, without penalties: [test]. */
export function testLosses(network: Network, theta: Float64Array, test: Samples, options: RiskOptions, version: LossVersion = "truth"): Float64Array {
  return losses(options.loss, predict(network, theta, test.x), versionOf(network, theta, test, version).target);
}

/** ∇L_test for each test point, with the L2 term as in the published toolbox: [test, P]. */
export function testGradients(network: Network, theta: Float64Array, test: Samples, options: RiskOptions, version: LossVersion = "truth"): Tensor {
  return perSampleGradients(network, theta, versionOf(network, theta, test, version), options);
}

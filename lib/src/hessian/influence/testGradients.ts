import { having, optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import { checkResult } from "../../core/arguments/checkResult.js";
import { checkStrength } from "../../nn/losses/penalties.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { checkFinite, tensor, type Tensor } from "../../core/tensor.js";
import { linearOutput } from "../../nn/losses/linearOutput.js";
import { losses, type Loss } from "../../nn/losses/loss.js";
import { minimalTargets } from "../../nn/losses/minimalTargets.js";
import type { Network } from "../../nn/network/network.js";
import type { GradientOptions } from "../../nn/network/gradientConvention.js";
import {
  perSampleGradients,
  predict,
  type RiskOptions,
  type Samples,
} from "../../nn/losses/risk.js";

/**
 * Which label a test loss compares with (Dawid et al. 2021, App. A): "truth" the given one,
 * "minimal" the one that the network predicts, which needs no knowledge of the truth. A regression
 * predicts its output itself, so its minimal loss is 0 and so is the gradient: explain its output
 * instead of its loss.
 */
export type LossVersion = "truth" | "minimal";

const whatPredicts = having(
  "a loss such as nn.softmaxCrossEntropy or nn.meanSquaredError",
  "predictedTarget",
);

/**
 * The test points with the targets of the chosen version. A test loss is that of one point: weights
 * that test points have mean nothing for it.
 * @param loss  what was minimised, which says what the outputs predict; without it they are those
 *              of classes
 * @throws ConfigError for another version, or for one output without a loss
 */
export function testSamples(
  network: Network,
  theta: Float64Array,
  test: Samples,
  version: LossVersion,
  loss?: Loss,
): Samples {
  takes("testSamples", {
    test: [test, record({}, "samples { x, target }")],
    loss: [loss, optional(whatPredicts)],
  });
  if (oneOf(version, ["truth", "minimal"], "testSamples: version") === "truth") return test;
  return { x: test.x, target: minimalTargets(predict(network, theta, test.x), loss) };
}

/**
 * L_test for each test point, without penalties: [test].
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const losses = hessian.testLosses(line, Float64Array.of(2, 1), samples, risk);
 * console.log(Array.from(losses)); // → [ 1, 0, 1 ]
 * ```
 */
export function testLosses(
  network: Network,
  theta: Float64Array,
  test: Samples,
  options: RiskOptions,
  version: LossVersion = "truth",
): Float64Array {
  takes("testLosses", { options: [options, riskOptions] });
  const { loss, l2 = 0 } = options;
  checkStrength(l2, "testLosses: l2");
  const { target } = testSamples(network, theta, test, version, loss);
  const found = losses(loss, predict(network, theta, test.x), target);
  checkResult(found, "testLosses");
  return found;
}

/**
 * ∇L_test for each test point: [test, P]. Of the loss alone, since a test loss has no penalty; with
 * `convention: "dawid2021"` the penalties' gradient is in it, as in the published toolbox (see
 * `GradientConvention`).
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const gradients = hessian.testGradients(line, Float64Array.of(2, 1), samples, risk);
 * console.log(gradients.shape); // → [ 3, 2 ]
 * ```
 */
export function testGradients(
  network: Network,
  theta: Float64Array,
  test: Samples,
  options: GradientOptions,
  version: LossVersion = "truth",
): Tensor {
  takes("testGradients", { options: [options, riskOptions] });
  const { x, target } = testSamples(network, theta, test, version, options.loss);
  return perSampleGradients(network, theta, { x, target }, options);
}

/**
 * Gradient of each prediction itself rather than of a loss: of the margin between the largest and
 * the second largest output, or of the output where there is only one, [test, P].
 *
 * The gradient of a cross-entropy is this one times the probability of the other class, so an
 * extrapolation score made of it is small wherever the network is confident, rightly or not. Made
 * of this one it is not: on the nine shuffled states of Dawid et al. 2021, Fig. 5, over 24 networks
 * and three sets of permutations, it finds all nine in all 72 cases, the score of the loss at least
 * seven in 41.
 */
export function predictionGradients(network: Network, theta: Float64Array, x: Tensor): Tensor {
  const outputs = predict(network, theta, x);
  const out = outputs.shape[1];
  if (outputs.shape.length !== 2)
    throw new ConfigError(
      `predictionGradients: the network's output must be a vector, got [${outputs.shape.slice(1)}].`,
    );
  checkFinite(outputs.data, "predictionGradients: outputs");
  return perSampleGradients(
    network,
    theta,
    { x, target: tensor([x.shape[0], out]) },
    { loss: margin },
  );
}

/** Stands in for a loss: its gradient picks the largest output, less the second largest. */
const margin: Loss = {
  ...linearOutput,
  name: "margin of the prediction",
  gradient(z, _target, n, out, into) {
    into.fill(0, 0, n * out);
    for (let s = 0; s < n; s++) {
      let [first, second] = [0, -1];
      for (let j = 1; j < out; j++) {
        if (z[s * out + j] > z[s * out + first]) [first, second] = [j, first];
        else if (second < 0 || z[s * out + j] > z[s * out + second]) second = j;
      }
      into[s * out + first] = 1;
      if (second >= 0) into[s * out + second] = -1;
    }
  },
  value: unused,
  hessianProduct: unused,
  factors: unused,
  factor: unused,
  constantRisk: unused,
};

function unused(): never {
  throw new ConfigError(
    "predictionGradients: only the gradient of a margin is defined. Use a loss for the rest.",
  );
}

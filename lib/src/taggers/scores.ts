import { ShapeError } from "../core/errors.js";
import type { Tensor } from "../core/tensor.js";
import { softmax } from "../nn/losses/softmax.js";
import type { Network } from "../nn/network/network.js";
import { predict } from "../nn/losses/risk.js";
import { checkJets, type JetInputs } from "./jetInputs.js";

/**
 * Probability of H → bb̄ (the last class) that the network gives each jet, softmax of its outputs:
 * [n].
 * @throws ShapeError if network and jets do not fit, NumericalError for NaN
 */
export function scores(network: Network, theta: Float64Array, inputs: JetInputs): Float64Array {
  checkJets(network, inputs, "scores");
  return scoresOf(predict(network, theta, inputs.x));
}

/**
 * Of outputs z [n, classes].
 * @throws ShapeError for one output, whose softmax is 1 for every jet
 */
export function scoresOf(z: Tensor): Float64Array {
  if (z.shape.length !== 2 || z.shape[1] < 2) {
    const fact = `outputs have shape [${z.shape}]; they must be [jets, classes], two or more`;
    const cure = "Give the network an output for each class, H → bb̄ last";
    throw new ShapeError(`scores: ${fact}. ${cure}.`, { shape: z.shape });
  }
  const p = softmax(z);
  const [n, classes] = z.shape;
  return Float64Array.from({ length: n }, (_, jet) => p.data[jet * classes + classes - 1]);
}

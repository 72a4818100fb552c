import { ConfigError } from "../core/errors.js";
import type { Tensor } from "../core/tensor.js";
import { checkInputs } from "../nn/arguments.js";
import { specOf } from "../nn/layers/specOf.js";
import { dense } from "../nn/layers/dense.js";
import { cutAfter } from "../nn/network/cut.js";
import { headAt } from "../nn/network/head.js";
import { sequential } from "../nn/network/graph.js";
import { checkParameters, type Network } from "../nn/network/network.js";

/**
 * The last layer of a two-class network as a logistic regression on what the layers before it make
 * of a sample.
 */
export interface MarginHead {
  /** One dense layer with one output, d. */
  readonly network: Network;
  /** [w₁ − w₀, b₁ − b₀]. */
  readonly theta: Float64Array;
  /** What it reads, [n, D]. */
  readonly x: Tensor;
}

/**
 * d = z₁ − z₀ = (w₁ − w₀)·φ(x) + b₁ − b₀: with `logisticLoss` the same losses as the network's with
 * `softmaxCrossEntropy`, and D + 1 parameters in place of 2 (D + 1), of which half do not matter.
 * Its Hessian is small enough for influence functions that are exact but for their linearisation (9
 * × 9 for D_o = 8). The layers before may be any; for other ends, and more of them, see `nn.head`.
 *
 * @throws ConfigError unless the network ends in a dense layer with two outputs and parameters of
 *   its own, after others
 */
export function marginHead(network: Network, theta: Float64Array, x: Tensor): MarginHead {
  checkParameters(network, theta);
  checkInputs(network, theta, x, "marginHead");
  const last = network.nodes[network.nodes.length - 1];
  const own = specOf(last.layer);
  const [outputs, width] = own?.type === "dense" ? [own.outputs, own.inputs] : [0, 0];
  if (outputs !== 2 || last.inputs[0] === 0) {
    throw new ConfigError(
      `marginHead: the network ends in ${last.layer.name}. Give one whose last layer is dense with two outputs, after others.`,
    );
  }
  const { theta: weights, x: features } = headAt(
    network,
    theta,
    x,
    cutAfter(network, last.inputs[0] - 1, "marginHead"),
  );
  const head = new Float64Array(width + 1);
  for (let k = 0; k < width; k++) head[k] = weights[width + k] - weights[k];
  head[width] = weights[2 * width + 1] - weights[2 * width];
  return {
    network: sequential([dense(width, 1)], `margin of ${network.name}`),
    theta: head,
    x: features,
  };
}

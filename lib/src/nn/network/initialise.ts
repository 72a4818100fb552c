import { aNetwork } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { nonNegative, stream } from "../../core/arguments/kinds.js";
import type { Rng } from "../../core/random/rng.js";
import { size, zeros } from "../../core/tensor.js";
import { parametersOf, type Network, type NetworkNode } from "./network.js";

/**
 * Weights drawn from a normal distribution of variance gain²·2/fan-in (He et al. 2015), biases
 * zero.
 *
 * @param gain 1 keeps the variance of activations through ReLU layers; Dawid's small networks train
 *   better with 1.5
 */
export function kaimingNormal(network: Network, rng: Rng, gain = 1): Float64Array {
  takes("kaimingNormal", {
    network: [network, aNetwork],
    rng: [rng, stream],
    gain: [gain, nonNegative],
  });
  const theta = startingValues(network);
  for (const { layer, offset } of ownNodes(network)) {
    if (layer.kind !== "affine" || offset === undefined) continue;
    const fanIn = size(layer.weightShape.slice(1));
    const deviation = gain * Math.sqrt(2 / fanIn);
    for (let p = 0; p < size(layer.weightShape); p++) theta[offset + p] = deviation * rng.normal();
  }
  return theta;
}

/**
 * Weights and biases uniform in ±1/√fan-in, PyTorch's default for dense and convolutional layers.
 */
export function uniformFanIn(network: Network, rng: Rng): Float64Array {
  const theta = startingValues(network);
  for (const { layer, offset } of ownNodes(network)) {
    if (layer.kind !== "affine" || offset === undefined) continue;
    const bound = 1 / Math.sqrt(size(layer.weightShape.slice(1)));
    const count = size(layer.weightShape) + size(layer.biasShape);
    for (let p = offset; p < offset + count; p++) theta[p] = bound * (2 * rng.uniform() - 1);
  }
  return theta;
}

/** θ with what layers of one's own start from, 0 elsewhere. */
function startingValues(network: Network): Float64Array {
  const { parameterCount } = network;
  const theta = zeros([parameterCount], parameterCount, network.name);
  for (const { layer, offset } of network.nodes) {
    let place = offset ?? 0;
    for (const { shape, start = 0 } of parametersOf(layer))
      theta.fill(start, place, (place += size(shape)));
  }
  return theta;
}

/** Nodes whose parameters no node before them has. */
const ownNodes = ({ nodes }: Network): readonly NetworkNode[] =>
  nodes.filter(({ offset }, node) => nodes.findIndex((one) => one.offset === offset) === node);

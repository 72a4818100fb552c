import type { Network } from "../../nn/network/network.js";
import { sequential } from "../../nn/network/graph.js";
import { dropout } from "../../nn/layers/structure.js";

/**
 * The network with dropout before its last layer. Dropout has no parameters and does nothing
 * outside of training, so that both networks have one θ and the same outputs.
 * @param rate  share of the last layer's inputs that a training step sets to 0
 */
export function withDropout(network: Network, rate = 0.5): Network {
  const layers = network.nodes.map(({ layer }) => layer);
  const last = layers.pop()!;
  return sequential([...layers, dropout(rate), last], `${network.name} with dropout`);
}

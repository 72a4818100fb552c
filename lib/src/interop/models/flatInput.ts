import { ConfigError } from "../../core/errors.js";
import type { Shape } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";

/**
 * The shape of samples of a network that begins with a dense layer.
 * @throws ConfigError for one that takes many shapes, since models of others fix one
 */
export function flatInput({ nodes, name }: Network, caller: string, others: string): Shape {
  const first = nodes.find(({ inputs }) => inputs.includes(0))?.layer;
  if (first?.kind === "affine" && !first.convolution && !first.pairs) return [first.weightShape[1]];
  throw new ConfigError(
    `${caller}: ${name} takes samples of many shapes, a model of ${others} those of one. Give inputShape, e.g. [1, 16, 16].`,
  );
}

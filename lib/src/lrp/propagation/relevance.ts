import { checkNetwork } from "../../nn/arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { count, optional, record } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import type { Tensor } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import { attribute, type AttributeOptions, type Attribution } from "../methods/attribute.js";
import { layerFamily, type Composite } from "../rules/composite.js";
import { layerwise } from "./layerwise.js";

/**
 * Layer-wise relevance propagation by the rules of `composite`; see `attribute` for the options and
 * what comes back.
 * @example
 * ```ts
 * import { core, lrp, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(2, 2), nn.relu(), nn.dense(2, 1)]);
 * const theta = Float64Array.of(1, 0, 0, 1, 0, 0, 2, -1, 0); // 2 max(x₀, 0) − max(x₁, 0)
 * const x = core.tensor([1, 2], [3, 1]);
 * const { at } = lrp.relevance(network, theta, x, lrp.uniform(lrp.epsilon(0)));
 * console.log(Array.from(at[0].data)); // → [ 6, -1 ]
 * ```
 */
export function relevance(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  composite: Composite,
  options: AttributeOptions = {},
): Attribution {
  return attribute(network, theta, x, layerwise(composite), options);
}

/**
 * Relevance of the filters of a convolution: R at its output summed over space (Blücher et al.
 * 2020, Figs. 6 to 8). The walk ends there, so the rule of the convolution itself does not matter.
 *
 * @param options       as of `relevance`
 * @param options.node  number of the convolution (default: the first)
 * @returns     in `pooled[node + 1]`, also as `filters` [n, filters]
 * @throws ConfigError if that node is no convolution
 */
export function filterRelevance(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  composite: Composite,
  options: Omit<AttributeOptions, "at" | "pooled"> & { node?: number } = {},
): Attribution & { readonly filters: Tensor } {
  checkNetwork(network, "filterRelevance");
  takes("filterRelevance", { options: [options, record({ node: optional(count()) })] });
  const {
    node = network.nodes.findIndex(({ layer }) => layerFamily(layer) === "convolution"),
    ...rest
  } = options;
  const layer = network.nodes[node]?.layer;
  if (!layer || layerFamily(layer) !== "convolution") {
    throw new ConfigError(
      `filterRelevance: ${layer ? `node ${node} is ${layer.name}` : node < 0 ? `${network.name} has no convolution` : `${network.name} has no node ${node}`}. Name the node of a convolution.`,
    );
  }
  const found = relevance(network, theta, x, composite, { ...rest, at: [], pooled: [node + 1] });
  return { ...found, filters: found.pooled[node + 1] };
}

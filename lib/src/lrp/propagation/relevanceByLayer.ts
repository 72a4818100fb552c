import { takes } from "../../core/arguments/takes.js";
import { attributeOptions } from "../arguments.js";
import { checkNetwork } from "../../nn/arguments.js";
import { addRowSums } from "./conservation.js";
import { layerwise } from "./layerwise.js";
import { attribute, type AttributeOptions } from "../methods/attribute.js";
import type { Composite } from "../rules/composite.js";
import type { Network } from "../../nn/network/network.js";
import type { Tensor } from "../../core/tensor.js";

/** What became of relevance at one layer, summed over samples. */
export interface LayerRelevance {
  /** Number of the node. */
  readonly node: number;
  readonly layer: string;
  /** Undefined for layers that hand relevance on as it is. */
  readonly rule: string | undefined;
  /** Σ R of its output. */
  readonly sum: number;
  /** Σ |R| of its output: where it is many times that of the start, sums cancel. */
  readonly size: number;
  /** What its rule lost, Σ R at its output minus Σ R at its inputs. */
  readonly lost: number;
}

/**
 * Where relevance is lost and where it is blown up: a row for each layer from the output down, and
 * one for the input (node −1).
 * @param options  as of `relevance`
 * @example
 * ```ts
 * import { core, lrp, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(2, 2), nn.relu(), nn.dense(2, 1)]);
 * const theta = Float64Array.of(1, 0, 0, 1, 0, 0, 2, -1, 0); // 2 max(x₀, 0) − max(x₁, 0)
 * const x = core.tensor([1, 2], [3, 1]);
 * const rows = lrp.relevanceByLayer(network, theta, x, lrp.uniform(lrp.epsilon(0)));
 * console.log(rows.map(({ size }) => size)); // → [ 5, 7, 7, 7 ]
 * ```
 */
export function relevanceByLayer(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  composite: Composite,
  options: Omit<AttributeOptions, "at" | "pooled"> = {},
): LayerRelevance[] {
  checkNetwork(network, "relevanceByLayer");
  takes("relevanceByLayer", { options: [options, attributeOptions] });
  const at = Array.from({ length: network.nodes.length + 1 }, (_, v) => v);
  const found = attribute(network, theta, x, layerwise(composite), { ...options, at });
  const books = new Map(found.conservation.map((row) => [row.node, row]));
  return at.reverse().map((v) => {
    const node = v - 1;
    const row = books.get(node);
    const { data } = found.at[v];
    return {
      node,
      layer: network.nodes[node]?.layer.name ?? "input",
      rule: row?.rule,
      sum: total(data),
      size: total(data.map(Math.abs)),
      lost: row?.lost ?? 0,
    };
  });
}

function total(values: Float64Array): number {
  const sum = new Float64Array(1);
  addRowSums(values, 1, values.length, sum);
  return sum[0];
}

import type { Shape } from "../../../core/tensor.js";
import type { Layer } from "../../layers/layer.js";
import { specOf } from "../../layers/specOf.js";
import { shapes, type Network } from "../../network/network.js";

/** A network as it is looked at: reshapes are their inputs, and it is known who reads a value. */
export interface NodeView {
  readonly network: Network;
  readonly shape: readonly Shape[];
  /** The value that a value is under another shape. */
  same(value: number): number;
  /** The layer that makes a value, as it was built, and the values that it reads. */
  maker(value: number): { readonly layer: Layer; readonly inputs: readonly number[] } | undefined;
  /** The only node that reads a value, if there is one. */
  reader(value: number): number | undefined;
}

export function viewOf(network: Network, inputShape: Shape): NodeView {
  const { nodes } = network;
  const alias = [0];
  nodes.forEach(({ layer, inputs }, node) =>
    alias.push(layer.kind === "reshape" ? alias[inputs[0]] : node + 1),
  );
  const readers = alias.map((): number[] => []);
  nodes.forEach(({ layer, inputs }, node) => {
    if (layer.kind !== "reshape") for (const v of inputs) readers[alias[v]].push(node);
  });
  readers[alias[nodes.length]].push(-1, -1); // the output is read by whoever asked for it
  return {
    network,
    shape: shapes(network, inputShape),
    same: (value) => alias[value],
    maker(value) {
      const own = alias[value];
      if (own === 0 || !specOf(nodes[own - 1].layer)) return undefined;
      return { layer: nodes[own - 1].layer, inputs: nodes[own - 1].inputs };
    },
    reader: (value) => (readers[alias[value]].length === 1 ? readers[alias[value]][0] : undefined),
  };
}

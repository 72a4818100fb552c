import { shown } from "../../core/oneOf.js";
import { takes } from "../../core/arguments/takes.js";
import { having, listOf, kind, list, optional, text } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import type { Shape } from "../../core/tensor.js";
import type { Layer } from "../layers/layer.js";
import type { Again, Block, GraphValue, Then } from "./graphParts.js";
import { inputPlaces, handOut } from "./namedInputs.js";
import { networkOf, type Network, type OpenNode } from "./network.js";

/**
 * A chain of layers.
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const network = nn.sequential([nn.dense(3, 8), nn.softplus(), nn.dense(8, 2)]);
 * console.log(network.parameterCount); // → 50
 * ```
 */
export function sequential(layers: readonly (Layer | Block)[], name = "sequential"): Network {
  takes("sequential", { layers: [layers, list], name: [name, text] });
  return graph((input, then) => layers.reduce((value, layer) => then(layer, value), input), name);
}

const functionOrShapes = kind(
  "a function that builds, or the shapes of inputs by their names",
  (value) => typeof value === "function" || (typeof value === "object" && value !== null),
);

type Build<Inputs> = (inputs: Inputs, then: Then, again: Again) => GraphValue;

/**
 * A network with branches, written as its data flow:
 *
 *   graph((input, then) => {
 *     const a = then(conv1d(1, 4, 3, { padding: 1 }), input);
 *     return then(dense(32, 2), then(flatten(), then(add(), a, then(relu(), a))));
 *   })
 *
 * Each `then` has parameters of its own, also where it is given one layer twice; `again(value, …)`
 * shares those of the layer that made
 * `value`, and their gradients add up.
 *
 * @throws ConfigError if a layer gets the wrong number of inputs or the result is not the last
 *   value
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const residual = nn.graph((input, then) => then(nn.add(), input, then(nn.dense(4, 4), input)));
 * console.log(residual.nodes.length); // → 2
 * ```
 */
export function graph(build: Build<GraphValue>, name?: string): Network;
/**
 * The same with several inputs, the shape of each by its name. A sample of the network is one flat
 * row that holds them all, one after the other; `pack` makes such rows, `unpack` takes relevance
 * apart again.
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const weighed = nn.graph({ jets: [3, 8], mask: [1, 8] }, ({ jets, mask }, then) =>
 *   then(nn.globalSum(), then(nn.concat(), jets, mask)),
 * );
 * console.log(weighed.inputs?.map(({ start }) => start)); // → [ 0, 24 ]
 * ```
 */
export function graph<Name extends string>(
  inputs: Readonly<Record<Name, Shape>>,
  build: Build<Readonly<Record<Name, GraphValue>>>,
  name?: string,
): Network;
export function graph(
  first: Build<GraphValue> | Readonly<Record<string, Shape>>,
  second?: string | Build<Readonly<Record<string, GraphValue>>>,
  third?: string,
): Network {
  takes("graph", {
    build: [first, functionOrShapes],
    name: [typeof first === "function" ? second : third, optional(text)],
  });
  if (typeof first === "function")
    return built((input, then, again) => first(input, then, again), second as string | undefined);
  if (typeof second !== "function")
    throw new ConfigError(
      "graph: after the shapes comes the function that builds. Give graph({ name: shape }, (inputs, then) => …).",
    );
  const inputs = inputPlaces(first);
  const network = built((sample, then, again) => {
    const values = inputs.map((input) => [input.name, handOut(input, sample, then)] as const);
    return second(Object.fromEntries(values), then, again);
  }, third);
  return { ...network, inputs };
}

function built(build: Build<GraphValue>, name = "graph"): Network {
  const nodes: OpenNode[] = [];
  const blocks = new Map<number, { readonly block: Block; readonly first: number }>();
  const put = (node: OpenNode): GraphValue => {
    nodes.push(node);
    return { index: nodes.length };
  };
  const then: Then = (layer, ...inputs) => {
    takes("graph", {
      layer: [layer, having("a layer such as nn.dense(2, 3)", "kind")],
      inputs: [inputs, listOf(having("a value of the graph", "index"))],
    });
    if (layer.kind !== "block") return put({ layer, inputs: inputs.map((v) => v.index) });
    const first = nodes.length;
    const value = layer.build(then, again, ...inputs);
    if (value.index > first) blocks.set(value.index, { block: layer, first });
    return value;
  };
  const again: Again = (value, ...inputs) => {
    if (value.index === 0)
      throw new ConfigError("graph: no layer made the input. Name another value.");
    const made = blocks.get(value.index);
    if (made) return repeated(made.block, made.first, inputs);
    const { layer, sharedWith = value.index - 1 } = nodes[value.index - 1];
    return put({ layer, inputs: inputs.map((v) => v.index), sharedWith });
  };
  /** A block once more, each of its nodes with the parameters of the one in its place. */
  const repeated = (block: Block, first: number, inputs: readonly GraphValue[]): GraphValue => {
    const start = nodes.length;
    const value = then(block, ...inputs);
    for (let node = start; node < nodes.length; node++)
      nodes[node] = { ...nodes[node], sharedWith: first + node - start };
    return value;
  };
  const output = build({ index: 0 }, then, again);
  if (nodes.length === 0 || output?.index !== nodes.length) {
    throw new ConfigError(
      `graph: the value returned must be the last one made (${nodes.length}), got ${shown(output?.index)}. Make unused layers go away or reorder.`,
    );
  }
  return networkOf(name, nodes);
}

import { ConfigError, ShapeError } from "../core/errors.js";
import { size, type Shape } from "../core/tensor.js";
import type { Layer } from "./layer.js";

export interface NetworkNode {
  readonly layer: Layer;
  /** Values this node reads: 0 is the network's input, v + 1 the output of node v. */
  readonly inputs: readonly number[];
  /** Where its parameters begin in θ (weight, then bias); undefined for layers without parameters. */
  readonly offset: number | undefined;
}

/**
 * A directed acyclic graph of layers. It holds no numbers: parameters are one flat vector θ ∈ R^P handed in beside
 * it, layer by layer in the order of `nodes`, weight [out, in, …kernel] before bias (PyTorch's order of named
 * parameters). Nor does it fix the extent of its inputs: shapes follow from the data.
 */
export interface Network {
  readonly name: string;
  readonly nodes: readonly NetworkNode[];
  /** P, the length of θ. */
  readonly parameterCount: number;
}

/** A chain of layers. */
export function sequential(layers: readonly Layer[], name = "sequential"): Network {
  return graph((input, then) => layers.reduce((value, layer) => then(layer, value), input), name);
}

/** A value inside a graph under construction. */
export interface GraphValue {
  readonly index: number;
}

/**
 * A network with branches, written as its data flow:
 *
 *   graph((input, then) => {
 *     const a = then(conv1d(1, 4, 3, { padding: 1 }), input);
 *     return then(dense(32, 2), then(flatten(), then(add(), a, then(relu(), a))));
 *   })
 *
 * @throws ConfigError if a layer gets the wrong number of inputs or the result is not the last value
 */
export function graph(
  build: (input: GraphValue, then: (layer: Layer, ...inputs: GraphValue[]) => GraphValue) => GraphValue,
  name = "graph",
): Network {
  const nodes: NetworkNode[] = [];
  let parameterCount = 0;
  const output = build({ index: 0 }, (layer, ...inputs) => {
    const wrong = layer.kind === "merge" ? inputs.length < 2 : inputs.length !== 1;
    if (wrong) throw new ConfigError(`graph: ${layer.name} takes ${layer.kind === "merge" ? "two or more inputs" : "one input"}, got ${inputs.length}.`);
    const affine = layer.kind === "affine";
    nodes.push({ layer, inputs: inputs.map((v) => v.index), offset: affine ? parameterCount : undefined });
    if (affine) parameterCount += size(layer.weightShape) + size(layer.biasShape);
    return { index: nodes.length };
  });
  if (nodes.length === 0 || output.index !== nodes.length) {
    throw new ConfigError(`graph: the value returned must be the last one made (${nodes.length}), got ${output.index}. Make unused layers go away or reorder.`);
  }
  return { name, nodes, parameterCount };
}

/** Shapes of all values for input samples of shape `input`: the input's first, then one for each node. */
export function shapes(network: Network, input: Shape): Shape[] {
  const found: Shape[] = [input];
  for (const { layer, inputs } of network.nodes) found.push(layer.outputShape(inputs.map((v) => found[v])));
  return found;
}

/** Where a parameter of θ lives, for printing and for tests. */
export interface ParameterBlock {
  /** Number of the node. */
  readonly node: number;
  readonly layer: string;
  readonly role: "weight" | "bias";
  readonly shape: Shape;
  readonly offset: number;
}

/** The blocks of θ in order. */
export function parameterBlocks(network: Network): ParameterBlock[] {
  return network.nodes.flatMap(({ layer, offset }, node) => {
    if (layer.kind !== "affine" || offset === undefined) return [];
    const weight = { node, layer: layer.name, role: "weight" as const, shape: layer.weightShape, offset };
    return [weight, { node, layer: layer.name, role: "bias" as const, shape: layer.biasShape, offset: offset + size(layer.weightShape) }];
  });
}

/** @throws ShapeError if θ does not have the length the network wants */
export function checkParameters(network: Network, theta: Float64Array, what = "theta"): void {
  if (theta.length !== network.parameterCount) {
    throw new ShapeError(`${network.name}: ${what} must have ${network.parameterCount} entries, got ${theta.length}.`, { got: theta.length });
  }
}

import { takes } from "../../core/arguments/takes.js";
import { count, having, listOf } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { oneOf, shown } from "../../core/oneOf.js";
import { size, type Shape } from "../../core/tensor.js";
import { byKind, type ByKind } from "../layers/byKind.js";
import type { Layer, LayerParameters } from "../layers/layer.js";

/** A layer of a network, what it reads, and where its parameters are. */
export interface NetworkNode {
  readonly layer: Layer;
  /** Values this node reads: 0 is the network's input, v + 1 the output of node v. */
  readonly inputs: readonly number[];
  /**
   * Where its parameters begin in θ (weight, then bias); undefined for layers without parameters.
   */
  readonly offset: number | undefined;
}

/**
 * A directed acyclic graph of layers. It holds no numbers: parameters are one flat vector θ ∈ R^P
 * handed in beside it, layer by layer in the order of `nodes`, weight [out, in, …kernel] before
 * bias (PyTorch's order of named parameters). Nor does it fix the extent of its inputs: shapes
 * follow from the data.
 */
export interface Network {
  readonly name: string;
  readonly nodes: readonly NetworkNode[];
  /** P, the length of θ. */
  readonly parameterCount: number;
  /** What lies where in a sample, of networks with several inputs; their samples are flat. */
  readonly inputs?: readonly NetworkInput[];
}

/** An input by name: its entries are those of a flat sample from `start` on. */
export interface NetworkInput {
  readonly name: string;
  /** Of one sample. */
  readonly shape: Shape;
  readonly start: number;
  /** Whether it says which objects there are (default: whether "mask" is in its name). */
  readonly mask?: boolean;
}

/** A node whose place in θ is still to be found. */
export interface OpenNode {
  readonly layer: Layer;
  readonly inputs: readonly number[];
  /** Where its parameters begin, if not after those of the nodes before it. */
  readonly offset?: number;
  /** Number of an earlier node whose parameters it uses. */
  readonly sharedWith?: number;
}

/**
 * A network of its nodes, each with its place in θ.
 * @param parameterCount  P, if θ is longer than the nodes need
 * @throws ConfigError if a layer gets the wrong number of inputs, or a place in θ is none
 */
export function networkOf(
  name: string,
  open: readonly OpenNode[],
  parameterCount?: number,
): Network {
  const nodes: NetworkNode[] = [];
  let end = 0;
  for (const { layer, inputs, offset: given, sharedWith } of open) {
    checkLayer(layer, inputs.length);
    const own = parameterSize(layer);
    const offset =
      own === 0
        ? undefined
        : ((sharedWith === undefined ? given : nodes[sharedWith].offset) ?? end);
    if (offset !== undefined && !(Number.isSafeInteger(offset) && offset >= 0)) {
      throw new ConfigError(
        `networkFrom: the parameters of ${layer.name} begin at ${String(offset)}; it must be a whole number ≥ 0.`,
      );
    }
    nodes.push({ layer, inputs: [...inputs], offset });
    if (offset !== undefined) end = Math.max(end, offset + own);
  }
  if (
    parameterCount !== undefined &&
    !(Number.isSafeInteger(parameterCount) && parameterCount >= end)
  ) {
    throw new ConfigError(
      `networkFrom: parameterCount must be a whole number ≥ ${end}, which the nodes need, got ${String(parameterCount)}.`,
    );
  }
  return { name, nodes, parameterCount: parameterCount ?? end };
}

/** Where the parameters of each node would begin if `networkOf` were not told, and P likewise. */
export function impliedOffsets(nodes: readonly NetworkNode[]): {
  readonly offsets: readonly number[];
  readonly end: number;
} {
  let end = 0;
  const offsets = nodes.map(({ layer, offset }) => {
    const implied = end;
    if (offset !== undefined) end = Math.max(end, offset + parameterSize(layer));
    return implied;
  });
  return { offsets, end };
}

/** What a layer has in θ, in order; nothing for layers without parameters. */
export function parametersOf(layer: Layer): readonly LayerParameters[] {
  if (layer.kind === "affine")
    return [
      { role: "weight", shape: layer.weightShape },
      { role: "bias", shape: layer.biasShape },
    ];
  return layer.parameters ?? [];
}

/** The first node that uses parameters of a node before it; undefined if each has its own. */
export function sharingNode({ nodes }: Network): number | undefined {
  const taken: [number, number][] = [];
  for (const [node, { layer, offset }] of nodes.entries()) {
    if (offset === undefined) continue;
    const end = offset + parameterSize(layer);
    if (taken.some(([from, to]) => offset < to && end > from)) return node;
    taken.push([offset, end]);
  }
  return undefined;
}

/** Entries of θ that belong to a layer. */
export const parameterSize = (layer: Layer): number =>
  parametersOf(layer).reduce((sum, { shape }) => sum + size(shape), 0);

const fine = (): void => {};

/** What a layer made in JavaScript could have wrong; its kind is checked by the table itself. */
const checks: ByKind<void> = {
  merge: ({ mode, name }) => void oneOf(mode, ["add", "concat"], `graph: the mode of ${name}`),
  pooling: ({ mode, name }) =>
    void oneOf(mode, ["maximum", "average", "sum"], `graph: the mode of ${name}`),
  affine: fine,
  elementwise: fine,
  reshape: fine,
  slice: fine,
  dropout: fine,
  gather: fine,
  choice: fine,
  product: fine,
  softmax: fine,
  normalisation: fine,
  scaling: fine,
  source: fine,
  own: fine,
};

function checkLayer(layer: Layer, inputs: number): void {
  takes("graph", {
    layer: [layer, having("a layer such as nn.dense(2, 3)", "kind", "outputShape")],
  });
  byKind(checks, layer, "graph: ");
  const [least, most] = layer.arity ?? [1, 1];
  if (inputs >= least && inputs <= most) return;
  const wanted =
    most === 0
      ? "no input"
      : most === 1
        ? "one input"
        : most === Infinity && least === 2
          ? "two or more inputs"
          : `${least} to ${most} inputs`;
  throw new ConfigError(`graph: ${layer.name} takes ${wanted}, got ${inputs}.`);
}

/**
 * Shapes of all values for input samples of shape `input`: the input's first, then one for each
 * node.
 */
export function shapes(network: Network, input: Shape): Shape[] {
  const found: Shape[] = [input];
  if (!Array.isArray(input)) takes("shapes", { input: [input, listOf(count(1))] });
  if (!Array.isArray((network as Network | undefined)?.nodes))
    takes("shapes", { network: [network, having("a network", "nodes", "parameterCount")] });
  for (const { layer, inputs } of network.nodes)
    found.push(layer.outputShape(inputs.map((v) => found[v])));
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

/** The blocks of θ in order; what several nodes share is listed with the first of them. */
export function parameterBlocks(network: Network): ParameterBlock[] {
  takes("parameterBlocks", {
    network: [network, having("a network", "nodes", "parameterCount")],
  });
  const listed = new Set<number>();
  return network.nodes.flatMap(({ layer, offset }, node) => {
    if (offset === undefined || listed.has(offset)) return [];
    listed.add(offset);
    let next = offset;
    return parametersOf(layer).map(({ role, shape }) => {
      const block = { node, layer: layer.name, role, shape, offset: next };
      next += size(shape);
      return block;
    });
  });
}

/**
 * @param what    "theta", or another vector of as many entries
 * @param caller  default: the network's name
 * @throws ConfigError for what is no network, ShapeError if θ does not have the length it wants
 */
export function checkParameters(
  network: Network,
  theta: Float64Array,
  what = "theta",
  caller?: string,
): void {
  if (!Array.isArray((network as Network | undefined)?.nodes))
    throw new ConfigError(
      `${caller ?? what}: the network is ${shown(network)}; it must be one such as nn.sequential makes.`,
    );
  if (theta instanceof Float64Array && theta.length === network.parameterCount) return;
  const got = theta instanceof Float64Array ? theta.length : shown(theta);
  throw new ShapeError(
    `${caller === undefined ? "" : `${caller}, `}${network.name}: ${what} must have ${network.parameterCount} entries, got ${got}.`,
    { got },
  );
}

import { size, zeros, type Shape } from "../../core/tensor.js";
import {
  bound,
  dependOnParameters,
  makeEvaluatorNodes,
  type Bound,
  type EvaluatorNode,
} from "./evaluatorNodes.js";
import { shapes, type Network } from "./network.js";

/** What the passes of an evaluator share: prepared nodes and buffers. */
export interface EvaluatorState {
  readonly network: Network;
  readonly capacity: number;
  /** Of each value: 0 is the input, `last` the output. */
  readonly shapes: readonly Shape[];
  readonly sizes: readonly number[];
  readonly last: number;
  readonly nodes: readonly EvaluatorNode[];
  readonly values: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
  /** Room for any value. */
  readonly spare: Float64Array;
  /** Values and θ as the steps of the nodes see them. */
  readonly at: Bound;
  /** Nodes with parameters. */
  readonly parametric: readonly EvaluatorNode[];
  /** Whether each value depends on θ, and whether any input of each node does. */
  readonly moves: readonly boolean[];
  readonly moved: readonly boolean[];
}

export function evaluatorState(
  network: Network,
  inputShape: Shape,
  capacity: number,
): EvaluatorState {
  const shape = shapes(network, inputShape);
  const sizes = shape.map(size);
  const nodes = makeEvaluatorNodes(network, shape, capacity);
  const moves = dependOnParameters(nodes);
  const values = buffersFor(sizes, capacity);
  return {
    network,
    capacity,
    shapes: shape,
    sizes,
    last: nodes.length,
    nodes,
    values,
    gradients: buffersFor(sizes, capacity),
    spare: widestBuffer(sizes, capacity),
    at: bound(nodes, values),
    parametric: nodes.filter(({ step }) => step.parameters),
    moves,
    moved: nodes.map(({ inputs }) => inputs.some((v) => moves[v])),
  };
}

/** A buffer for each value. */
export const buffersFor = (sizes: readonly number[], capacity: number): Float64Array[] =>
  sizes.map((count) => zeros([capacity, count], capacity * count, "makeEvaluator"));

/** One buffer that holds any value. */
export const widestBuffer = (sizes: readonly number[], capacity: number): Float64Array =>
  new Float64Array(capacity * Math.max(...sizes));

/** to += from. */
export function add(from: Float64Array, to: Float64Array, count: number): void {
  for (let p = 0; p < count; p++) to[p] += from[p];
}

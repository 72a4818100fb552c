import { size, type Shape } from "phaselens/core";
import { concat, dense, flatten, graph, reshape, type Layer, type Network } from "phaselens/nn";
import { everyPair } from "./affineLayers.js";
import { copies, range, type Naive } from "./naive.js";
import type { Drawn } from "./randomLayer.js";

interface Node extends Drawn {
  readonly inputs: readonly number[];
}

/** A network under construction: its nodes, and the shape of each value (0 is the input). */
export interface Builder {
  readonly shapes: readonly Shape[];
  readonly parameters: number;
  /** The new value; undefined, and nothing is added, where it or the network would be too large. */
  add(drawn: Drawn, inputs: readonly number[]): number | undefined;
  flat(value: number): number;
  /** The same entries under another shape. */
  shaped(value: number, shape: Shape): number;
  /**
   * As many entries as wanted, through a dense layer where there are others; undefined if too
   * large.
   */
  sized(value: number, entries: number): number | undefined;
  joined(values: readonly number[]): number | undefined;
  /** A dense layer, however large it makes the network. */
  densely(value: number, outputs: number): number;
  /** Values that no node reads yet. */
  unread(): number[];
  finish(): { network: Network; naive: readonly Naive[] };
}

/** Small enough for slow twins of everything. */
const MOST_ENTRIES = 64;
const MOST_PARAMETERS = 220;

export function builder(input: Shape): Builder {
  const nodes: Node[] = [];
  const shapes: Shape[] = [input];
  let parameters = 0;
  const push = (drawn: Drawn, inputs: readonly number[], shape: Shape, own: number): number => {
    nodes.push({ ...drawn, inputs });
    parameters += own;
    return shapes.push(shape) - 1;
  };
  const add = (drawn: Drawn, inputs: readonly number[]): number | undefined => {
    const shape = drawn.layer.outputShape(inputs.map((v) => shapes[v]));
    const own = parametersOf(drawn.layer);
    if (size(shape) > MOST_ENTRIES || parameters + own > MOST_PARAMETERS) return undefined;
    return push(drawn, inputs, shape, own);
  };
  const under = (value: number, layer: Layer, shape: Shape): number =>
    push({ layer, naive: copies(range(size(shape))) }, [value], shape, 0);
  const flat = (value: number): number =>
    shapes[value].length === 1 ? value : under(value, flatten(), [size(shapes[value])]);
  const shaped = (value: number, shape: Shape): number =>
    shapes[value].join() === shape.join() ? value : under(value, reshape(shape), shape);
  return {
    shapes,
    get parameters() {
      return parameters;
    },
    add,
    flat,
    shaped,
    sized(value, entries) {
      const [from, width] = [flat(value), size(shapes[value])];
      if (width === entries) return from;
      return add({ layer: dense(width, entries), naive: everyPair(width, entries) }, [from]);
    },
    joined(values) {
      const entries = values.reduce((total, v) => total + size(shapes[v]), 0);
      if (values.length < 2) return values[0];
      return add({ layer: concat(), naive: copies(range(entries)) }, values.map(flat));
    },
    densely(value, outputs) {
      const width = size(shapes[value]);
      const drawn = { layer: dense(width, outputs), naive: everyPair(width, outputs) };
      return push(drawn, [value], [outputs], parametersOf(drawn.layer));
    },
    unread: () =>
      range(nodes.length, 1).filter((v) => nodes.every(({ inputs }) => !inputs.includes(v))),
    finish() {
      const network = graph((start, then) => {
        const made = [start];
        for (const { layer, inputs } of nodes)
          made.push(then(layer, ...inputs.map((v) => made[v])));
        return made[made.length - 1];
      }, "random");
      return { network, naive: nodes.map((node) => node.naive) };
    },
  };
}

const parametersOf = (layer: Layer): number =>
  layer.kind === "affine"
    ? size(layer.weightShape) + size(layer.biasShape)
    : (layer.parameters ?? []).reduce((sum, { shape }) => sum + size(shape), 0);

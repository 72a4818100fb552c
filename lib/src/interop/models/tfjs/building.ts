import { gather } from "../../../nn/layers/gather.js";
import { reshape } from "../../../nn/layers/structure.js";
import type { Shape } from "../../../core/tensor.js";
import type { Again, Block, GraphValue, Then } from "../../../nn/network/graphParts.js";
import {
  addPart,
  partOf,
  replacePart,
  settled,
  shapeHere,
  type Importer,
  type Parameters,
  type Value,
} from "./importer.js";
import type { Settings } from "./settings.js";

/** No parameters of that kind. */
export const NONE: Float64Array = new Float64Array(0);

/** `then` and `again` of a graph, which put parts into the network to be. */
export function builder(importer: Importer): { readonly then: Then; readonly again: Again } {
  const then: Then = (layer, ...values) =>
    layer.kind === "block"
      ? layer.build(then, again, ...values)
      : { index: addPart(importer, { layer, inputs: values.map(({ index }) => index) }) };
  const again: Again = ({ index }, ...values) => {
    const { layer, shared = index } = partOf(importer, index)!;
    return {
      index: addPart(importer, { layer, inputs: values.map((value) => value.index), shared }),
    };
  };
  return { then, again };
}

/**
 * Adds a block, and gives its layers with parameters theirs in the order in which they come.
 */
export function addBlock(
  importer: Importer,
  block: Block,
  inputs: readonly GraphValue[],
  parameters: readonly Parameters[],
): GraphValue {
  const { then, again } = builder(importer);
  const first = importer.shapes.length;
  const value = block.build(then, again, ...inputs);
  let next = 0;
  for (let index = first; index < importer.shapes.length && next < parameters.length; index++) {
    const part = partOf(importer, index)!;
    if (part.shared !== undefined || !hasParameters(part.layer)) continue;
    replacePart(importer, index, { ...part, parameters: parameters[next++] });
  }
  return value;
}

const hasParameters = (layer: { readonly kind: string; readonly parameters?: unknown }): boolean =>
  layer.kind === "affine" || (Array.isArray(layer.parameters) && layer.parameters.length > 0);

/** The value with nothing left to do, its entries as Keras orders them if it is flat. */
export function plainly(importer: Importer, value: Value, title: string): Value {
  const { order, ...own } = settled(importer, value, title);
  if (!order) return { ...own, alone: false };
  const sources = new Int32Array(order.length);
  order.forEach((entry, here) => (sources[entry] = here));
  const index = addPart(importer, { layer: gather(own.shape, sources), inputs: [own.index] });
  return { ...own, index, alone: false };
}

/**
 * The axis here of an axis of Keras, which counts the batch as 0: channels are its last axis and
 * the first one here.
 * @returns 0 after a fault
 */
export function axisHere(settings: Settings, what: string, axis: unknown, rank: number): number {
  const own = Array.isArray(axis) && axis.length === 1 ? (axis[0] as unknown) : axis;
  const place = typeof own === "number" && own < 0 ? own + rank + 1 : own;
  if (typeof place === "number" && Number.isInteger(place) && place >= 1 && place <= rank)
    return place === rank ? 0 : place;
  settings.fault(`${what} must be one of the ${rank} axes behind the batch, got ${shown(axis)}`);
  return 0;
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? "nothing";

/** The same entries with axes of extent 1 in front, of `rank` axes. */
export function ofRank(importer: Importer, value: Value, rank: number): Value {
  if (value.shape.length >= rank) return value;
  const shape: Shape = [...Array<number>(rank - value.shape.length).fill(1), ...value.shape];
  const index = addPart(importer, { layer: reshape(shapeHere(shape)), inputs: [value.index] });
  return { ...value, index, shape };
}

import { size, type Shape } from "../../../core/tensor.js";
import type { Layer } from "../../../nn/layers/layer.js";
import { constant } from "../../../nn/layers/sources.js";
import { reshape } from "../../../nn/layers/structure.js";
import type { GraphMessage } from "./messages.js";
import type { OnnxNode } from "./node.js";
import { put, spend, type Given, type Step, type Tape } from "./tape.js";
import { isKnown, known, sampleShape, type Computed, type Known, type Value } from "./value.js";

/** A graph on its way to a network. */
export interface Importing {
  readonly tape: Tape;
  /** Version of ONNX' own operators. */
  readonly opset: number;
  /** What a reader of the network should know, said once each. */
  readonly notes: Set<string>;
  /** Constants that have become steps, so that each does so once. */
  readonly sources: Map<Float64Array, Map<string, number>>;
  /** Steps of reshapes, by what they are of and to. */
  readonly views: Map<string, number>;
  /** Steps with parameters by layer and initialisers: who uses them again shares them. */
  readonly weighted: Map<string, readonly number[]>;
  /** The nodes that read a value of the graph, by its name; undefined is an output. */
  readonly readers: ReadonlyMap<string, readonly (OnnxNode | undefined)[]>;
  /** The numbers of that name, if they are known by now. */
  numbersOf(name: string): Known | undefined;
  /** The outputs of a graph inside a node, which sees the values around it. */
  inside(graph: GraphMessage): Value[];
}

/** What is known of a layer's output beyond its entries. */
export interface Result {
  /** In ONNX, with the batch. */
  readonly shape: Shape;
  readonly whole?: boolean;
}

/**
 * The step that has a value under this shape of a sample; numbers become a layer that depends on
 * nothing, other shapes a reshape.
 */
export function stepOf(importing: Importing, value: Value, shape: Shape): number {
  const { tape, views } = importing;
  if (isKnown(value)) return sourceStep(importing, value, shape);
  if (tape.steps[value.step].shape.join() === shape.join()) return value.step;
  const key = `${value.step}: ${shape.join()}`;
  const made = views.get(key) ?? put(tape, reshape(shape), [origin(tape, value.step)]);
  views.set(key, made);
  return made;
}

/** What a reshape is of. */
function origin({ steps }: Tape, step: number): number {
  const { layer, inputs } = steps[step];
  return layer?.kind === "reshape" ? inputs[0] : step;
}

function sourceStep({ tape, sources }: Importing, value: Known, shape: Shape): number {
  const made = sources.get(value.data) ?? new Map<string, number>();
  sources.set(value.data, made);
  const step = made.get(shape.join()) ?? put(tape, constant(shape, finite(value.data)), []);
  made.set(shape.join(), step);
  return step;
}

const LARGEST_SINGLE = 3.4028234663852886e38;

/** −∞, which masks of attention are filled with, is the lowest number of float32 here. */
const finite = (data: Float64Array): Float64Array =>
  data.map((x) => Math.min(Math.max(x, -LARGEST_SINGLE), LARGEST_SINGLE));

/**
 * What a layer makes of values, read under these shapes of samples. Where all of them are known
 * the layer is evaluated now: so the arithmetic of shapes folds away.
 */
export function apply(
  importing: Importing,
  layer: Layer,
  inputs: readonly (readonly [value: Value, shape: Shape])[],
  { shape, whole = false }: Result,
  more: Partial<Step> = {},
): Value {
  if (size(shape) === 0) return known(shape, [], whole);
  if (inputs.every(([value]) => isKnown(value)) && !more.given && inputs.length > 0)
    return known(
      shape,
      evaluated(importing, layer, inputs as readonly (readonly [Known, Shape])[]),
      whole,
    );
  const steps = inputs.map(([value, own]) => stepOf(importing, value, own));
  return { kind: "computed", shape, whole, step: put(importing.tape, layer, steps, more) };
}

function evaluated(
  { tape }: Importing,
  layer: Layer,
  inputs: readonly (readonly [value: Known, shape: Shape])[],
): Float64Array {
  const shapes = inputs.map(([, shape]) => shape);
  const count = size(layer.outputShape(shapes));
  spend(tape, count, layer.name);
  const y = new Float64Array(count);
  const x = inputs.map(([{ data }]) => data);
  if (layer.kind === "elementwise") layer.value(x[0], y, count);
  else layer.prepare(shapes, 1).forward({ x, y, theta: new Float64Array(0) }, 1);
  return y;
}

/** A function of one entry. */
export function entrywise(
  importing: Importing,
  layer: Layer,
  value: Value,
  whole: boolean = false,
): Value {
  const own = isKnown(value) ? sampleShape(value.shape) : importing.tape.steps[value.step].shape;
  return apply(importing, layer, [[value, own]], { shape: value.shape, whole });
}

/**
 * A layer that acts along axes of a value.
 * @param axes  in ONNX, each ≥ 0
 * @param make  the layer for the same axes as samples count them
 */
export function alongAxes(
  importing: Importing,
  value: Value,
  axes: readonly number[],
  make: (axes: readonly number[]) => Layer,
  shape: Shape,
): Value {
  const { own, from } = framed(value.shape, axes);
  const layer = make(axes.map((axis) => axis - from));
  return apply(importing, layer, [[value, own]], { shape, whole: value.whole });
}

/** The shape of samples in which a layer finds these axes, and how many axes were taken off. */
export function framed(
  shape: Shape,
  axes: readonly number[],
): { readonly own: Shape; readonly from: 0 | 1 } {
  const own = sampleShape(shape);
  if (own.length === shape.length) return { own, from: 0 };
  return axes.includes(0) ? { own: shape, from: 0 } : { own, from: shape.length > 0 ? 1 : 0 };
}

/**
 * A layer with parameters from the file. Who uses the same ones in the same way once more, shares
 * them.
 */
export function weighted(
  importing: Importing,
  layer: Layer,
  input: readonly [value: Value, shape: Shape],
  given: readonly Given[],
  shape: Shape,
): Computed {
  const { tape } = importing;
  const key = `${layer.name}: ${given.map(({ name }) => name).join("; ")}`;
  const alike = given[0].name === "" ? undefined : importing.weighted.get(key);
  const first = alike?.find((step) => sameNumbers(tape.steps[step].given!, given));
  const inputs = [stepOf(importing, ...input)];
  const more =
    first === undefined ? { given } : { sharedWith: first, given: tape.steps[first].given! };
  const step = put(tape, layer, inputs, more);
  if (first === undefined) importing.weighted.set(key, [...(alike ?? []), step]);
  return { kind: "computed", shape, whole: false, step };
}

const sameNumbers = (a: readonly Given[], b: readonly Given[]): boolean =>
  a.every(({ values }, k) => {
    const other = b[k].values;
    return values === other || values.every((value, p) => value === other[p]);
  });

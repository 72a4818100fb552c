import { PhaselensError } from "../../../core/errors.js";
import { size, type Shape } from "../../../core/tensor.js";
import { conv1d, conv2d, conv3d } from "../../../nn/layers/convolution.js";
import { dense } from "../../../nn/layers/dense.js";
import type { Layer } from "../../../nn/layers/layer.js";
import { firstShape } from "./channelOrder.js";
import { zeroPad } from "../../../nn/layers/zeroPad.js";
import { noPadding } from "./samePadding.js";

/** Entries of one sample at any layer, and of any weight; more would be a mistake or an attack. */
export const MOST_ENTRIES: number = 2 ** 26;

/** y = scale · x + shift, for each channel or, of a flat value, each entry as Keras orders them. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  /** What it came from, with its article: "a batch normalisation". */
  readonly of: string;
}

export interface Parameters {
  /** [out, in, …kernel]. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** A node of the network to be. */
export interface Part {
  readonly layer: Layer;
  readonly inputs: readonly number[];
  readonly parameters?: Parameters;
  /** The value of an earlier part whose parameters it uses. */
  readonly shared?: number;
}

/** What a Keras layer hands on, and how it lies here. */
export interface Value {
  /** Inputs of the network first, then the outputs of parts. */
  readonly index: number;
  /** Of a sample as Keras has it, channels last. */
  readonly shape: Shape;
  /** Of a flat value: index in Keras's order of each entry here; undefined if they agree. */
  readonly order?: Int32Array;
  /** Zeros around space that are in `shape` and not yet here. */
  readonly padding?: readonly (readonly [number, number])[];
  /** To be done by the next layer with weights. */
  readonly pending?: Affine;
  /** True if it is the plain output of an affine layer that nobody else reads. */
  readonly alone?: boolean;
  /** True if it says which objects there are, and weighs others without being looked at. */
  readonly mask?: boolean;
}

/** What is being built, and what could not be. */
export interface Importer {
  /** Of the network. */
  readonly inputs: number;
  /** Of Keras, whose functions of one name differ: 2 (and TensorFlow.js) or 3. */
  readonly version: 2 | 3;
  readonly parts: Part[];
  /** Shapes here, of the inputs first. */
  readonly shapes: Shape[];
  readonly faults: string[];
  readonly notes: string[];
  /** The first thing that is wrong with the weights. */
  damage?: Error;
  readonly source: string;
}

/** The part's output. */
export function addPart(importer: Importer, part: Part): number {
  importer.parts.push(part);
  // what does not fit has been reported already; the rest of the model is still looked at
  importer.shapes.push(importer.faults.length > 0 ? [1] : shapeOf(importer, part));
  return importer.shapes.length - 1;
}

function shapeOf(importer: Importer, { layer, inputs }: Part): Shape {
  try {
    return layer.outputShape(inputs.map((v) => importer.shapes[v]));
  } catch (error) {
    if (!(error instanceof PhaselensError)) throw error;
    importer.faults.push(error.message.replace(/\.$/, ""));
    return [1];
  }
}

/** The part whose output a value is; undefined for an input. */
export const partOf = ({ parts, inputs }: Importer, index: number): Part | undefined =>
  parts[index - inputs];

/** Puts another in the place of a part. */
export function replacePart({ parts, inputs }: Importer, index: number, part: Part): void {
  parts[index - inputs] = part;
}

/** The value with nothing left to do: what is pending first, then zeros around it. */
export function settled(importer: Importer, value: Value, what: string): Value {
  const { padding, ...inner } = value;
  const rest = scaled(importer, inner, what);
  if (!padding || noPadding(padding)) return rest;
  return {
    ...rest,
    index: addPart(importer, { layer: zeroPad(padding), inputs: [rest.index] }),
    alone: false,
  };
}

function scaled(importer: Importer, { pending, ...rest }: Value, what: string): Value {
  if (!pending) return rest;
  const [scale, shift] = rest.order
    ? [inOrder(pending.scale, rest.order), inOrder(pending.shift, rest.order)]
    : [pending.scale, pending.shift];
  const c = scale.length;
  const axes = rest.shape.length - 1;
  if (c * c > MOST_ENTRIES) {
    importer.faults.push(
      `${what}: reads a scale and shift of ${c} entries that no layer with weights takes up. ` +
        "Put a Dense or a convolution beside it",
    );
    return rest;
  }
  const weight = new Float64Array(c * c);
  for (let j = 0; j < c; j++) weight[j * c + j] = scale[j];
  const kind = axes === 0 ? "a dense layer" : "a convolution of kernel 1";
  const fact = `${pending.of} that no layer with weights takes up became ${kind}`;
  importer.notes.push(`Before ${what}, ${fact} with ${c}×${c} weights.`);
  const index = addPart(importer, {
    layer: pointwise(c, c, axes),
    inputs: [rest.index],
    parameters: { weight, bias: shift.slice() },
  });
  return { ...rest, index };
}

export const inOrder = (values: Float64Array, order: Int32Array): Float64Array =>
  Float64Array.from(order, (k) => values[k]);

/** A dense layer on the channels of each site. */
export function pointwise(from: number, to: number, axes: number): Layer {
  if (axes === 0) return dense(from, to);
  return axes === 1 ? conv1d(from, to, 1) : axes === 2 ? conv2d(from, to, 1) : conv3d(from, to, 1);
}

/** The shape here of a value that Keras has in `shape`. */
export const shapeHere = (shape: Shape): number[] =>
  shape.length === 1 ? [...shape] : firstShape(shape);
export const channelsOf = (shape: Shape): number => shape[shape.length - 1];
export const entriesOf = (value: Value): number => size(value.shape);

import { size, type Shape } from "../../../core/tensor.js";

/**
 * A value of an ONNX graph while it becomes a network. Networks here work sample by sample, so
 * all shapes are those of a batch of one: the batch axis has the extent 1 and may be moved, merged
 * and split like any other.
 */
export type Value = Known | Computed;

interface HasShape {
  /** In ONNX, with the batch; no axes for a single number. */
  readonly shape: Shape;
  /** Whether entries are whole numbers or truth values: division truncates them. */
  readonly whole: boolean;
}

/** Numbers that depend on no input. */
export interface Known extends HasShape {
  readonly kind: "known";
  readonly data: Float64Array;
  /** The initialiser that these numbers are, if they are one: a weight. */
  readonly name?: string;
}

/** What a layer of the network puts out, or an input. */
export interface Computed extends HasShape {
  readonly kind: "computed";
  /** Number of the step on the tape. */
  readonly step: number;
  /** Name of the numbers of an addition to come that the layer has taken as its bias. */
  readonly withBias?: string;
}

export const known = (
  shape: Shape,
  data: ArrayLike<number>,
  whole = true,
  name?: string,
): Known => ({
  kind: "known",
  shape,
  data: data instanceof Float64Array ? data : Float64Array.from(data),
  whole,
  ...(name !== undefined && { name }),
});

export const isKnown = (value: Value): value is Known => value.kind === "known";

/** The same entries under another shape of as many. */
export const viewed = <V extends Value>(value: V, shape: Shape): V => ({ ...value, shape });

/**
 * The shape in which layers read a value: without the batch in front, as a network written by hand
 * has it, and a single number as [1].
 */
export function sampleShape(shape: Shape): Shape {
  if (shape.length === 0) return [1];
  return shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape;
}

/** An axis that may count from the end. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export { size };

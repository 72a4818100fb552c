import { size, type Shape } from "../../../core/tensor.js";
import type { Layer } from "../../../nn/layers/layer.js";
import { rescale } from "../../../nn/layers/functions.js";
import { scaling } from "../../../nn/layers/scaling.js";
import { specOf } from "../../../nn/layers/specOf.js";
import { expanded } from "./broadcasting.js";
import type { Call } from "./call.js";
import { alongAxes, entrywise, framed, weighted, type Importing } from "./importing.js";
import { isKnown, type Known, type Value } from "./value.js";

/** Entry by entry, a value times numbers of the file or plus them. */
export type Operation = "times" | "plus";

/**
 * A value combined with numbers, if that is a layer of its own: one number for all entries, or one
 * for each place along an axis. Weights of the file are parameters then, other numbers are given.
 * Undefined where the numbers vary along several axes.
 * @param shape  of the result
 */
export function withNumbers(
  call: Call,
  operation: Operation,
  value: Value,
  numbers: Known,
  shape: Shape,
): Value | undefined {
  const { importing } = call;
  const whole = value.whole && numbers.whole;
  if (!numbers.data.every(Number.isFinite)) return undefined;
  const neutral = operation === "times" ? 1 : 0;
  if (numbers.name === undefined && numbers.data.every((own) => own === neutral))
    return { ...expanded(call, value, shape), whole };
  if (numbers.data.length === 1) {
    const [one] = numbers.data;
    const undone = operation === "times" && cancelled(importing, value, one, shape);
    if (undone) return undone;
    const layer = operation === "times" ? rescale(one) : rescale(1, one);
    return entrywise(importing, layer, expanded(call, value, shape), whole);
  }
  const padded = [...Array<number>(shape.length - numbers.shape.length).fill(1), ...numbers.shape];
  const axes = padded.flatMap((extent, axis) => (extent > 1 ? [axis] : []));
  if (axes.length !== 1) return undefined;
  const [axis] = axes;
  const features = shape[axis];
  const own = expanded(call, value, shape);
  const ones = new Float64Array(features).fill(1);
  const zeros = new Float64Array(features);
  const [w, b] = operation === "times" ? [numbers.data, zeros] : [ones, numbers.data];
  if (numbers.name === undefined || whole) {
    const values = operation === "times" ? [...w] : [...w, ...b];
    const bias = operation === "plus";
    const layer = (at: number): Layer => scaling(features, { axis: at, bias, values });
    return { ...alongAxes(importing, own, [axis], ([at]) => layer(at), shape), whole };
  }
  const frame = framed(own.shape, [axis]);
  const layer = scaling(features, { axis: axis - frame.from });
  const given = [
    { name: operation === "times" ? numbers.name : "", values: w },
    { name: operation === "plus" ? numbers.name : "", values: b },
  ];
  return weighted(importing, layer, [own, frame.own], given, shape);
}

/** A multiple, multiplied by what undoes it. */
function cancelled(
  { tape }: Importing,
  value: Value,
  factor: number,
  shape: Shape,
): Value | undefined {
  if (isKnown(value) || size(value.shape) !== size(shape)) return undefined;
  const { layer, inputs } = tape.steps[value.step];
  const spec = layer && specOf(layer);
  if (spec?.type !== "rescale" || spec.shift !== undefined || spec.factor * factor !== 1)
    return undefined;
  return { ...value, shape, step: inputs[0] };
}

import {
  maximumAlong,
  meanAlong,
  sumAlong,
  type AlongOptions,
} from "../../../../nn/layers/alongAxes.js";
import { topK } from "../../../../nn/layers/choices.js";
import { power, rescale } from "../../../../nn/layers/functions.js";
import type { Layer } from "../../../../nn/layers/layer.js";
import { mathFunction } from "../../../../nn/layers/mathFunctions.js";
import {
  axisSetting,
  checkedAxes,
  input,
  listSetting,
  single,
  type Call,
  type OnnxOperator,
} from "../call.js";
import { alongAxes, entrywise } from "../importing.js";
import { isKnown, known, size, viewed, type Value } from "../value.js";
import { added, multiplied } from "./arithmetic.js";
import { taken } from "./movement.js";

type Along = (axes: readonly number[], options?: AlongOptions) => Layer;

/** The axes of a node, and the shape that is left: they stay with extent 1, or go. */
function reducedAxes(call: Call, value: Value, keepThem = false) {
  const { attributes } = call.node;
  const given = listSetting(call, "axes", 1) ?? [];
  const rank = value.shape.length;
  const none = given.length === 0 && attributes.integer("noop_with_empty_axes", 0) === 1;
  const all = none ? [] : value.shape.map((_, k) => k);
  const axes = given.length > 0 ? checkedAxes(call, given, rank) : all;
  const keep = keepThem || attributes.integer("keepdims", 1) === 1;
  const kept = value.shape.map((extent, k) => (axes.includes(k) ? 1 : extent));
  const shape = keep ? kept : value.shape.filter((_, k) => !axes.includes(k));
  return { axes, kept, shape };
}

/** A value over the axes of a node. @param keepThem  whatever the node says of that */
function reduced(call: Call, value: Value, layer: Along, keepThem = false): Value {
  const { axes, kept, shape } = reducedAxes(call, value, keepThem);
  if (size(value.shape) === 0) return known(shape, new Float64Array(size(shape)), value.whole);
  const real = axes.filter((axis) => value.shape[axis] !== 1);
  if (real.length === 0) return viewed(value, shape);
  const own = alongAxes(call.importing, value, real, (a) => layer(a, { keep: true }), kept);
  return viewed(own, shape);
}

const reduction = (
  becomes: string,
  layer: Along,
  before?: (call: Call, value: Value) => Value,
  after?: (call: Call, value: Value) => Value,
): OnnxOperator => ({
  becomes,
  read(call) {
    const value = input(call, 0);
    const own = reduced(call, before ? before(call, value) : value, layer);
    return after ? after(call, own) : own;
  },
});

const through =
  (layer: () => Layer) =>
  ({ importing }: Call, value: Value): Value =>
    entrywise(importing, layer(), value, value.whole);
const [square, root, absolute, negative, exponential, logarithm] = [
  (): Layer => power(2),
  (): Layer => mathFunction("sqrt"),
  (): Layer => mathFunction("abs"),
  (): Layer => rescale(-1),
  (): Layer => mathFunction("exp"),
  (): Layer => mathFunction("log"),
].map(through);

/** Largest entries along an axis: their values and their places. */
function largest(call: Call, value: Value, axis: number, k: number, smallest: boolean): Value[] {
  const shape = value.shape.map((extent, a) => (a === axis ? k : extent));
  const found = [false, true].map((places) =>
    alongAxes(
      call.importing,
      value,
      [axis],
      // compared as onnxruntime does, so that what ties there ties here
      ([own]) => topK(k, { axis: own, smallest, places, precision: "float32" }),
      shape,
    ),
  );
  return [found[0], { ...found[1], whole: true }];
}

const extreme = (smallest: boolean): OnnxOperator => ({
  becomes: "topK of one, its places",
  read(call) {
    const value = input(call, 0);
    const axis = axisSetting(call, 0, value.shape.length);
    const last = call.node.attributes.integer("select_last_index", 0) === 1;
    const places = last
      ? lastPlace(call, value, axis, smallest)
      : placeOf(call, value, axis, smallest);
    const keep = call.node.attributes.integer("keepdims", 1) === 1;
    return keep
      ? places
      : viewed(
          places,
          places.shape.filter((_, k) => k !== axis),
        );
  },
});

const placeOf = (call: Call, value: Value, axis: number, smallest: boolean): Value =>
  largest(call, value, axis, 1, smallest)[1];

/** The last of equal ones is the first from the end. */
function lastPlace(call: Call, value: Value, axis: number, smallest: boolean): Value {
  const end = value.shape[axis] - 1;
  const backwards = Array.from({ length: end + 1 }, (_, k) => end - k);
  const place = placeOf(call, taken(call, value, axis, backwards), axis, smallest);
  return entrywise(call.importing, rescale(-1, end), place, true);
}

/** Operators along axes. */
export const reductions: Readonly<Record<string, OnnxOperator>> = {
  ReduceSum: reduction("sumAlong", sumAlong),
  ReduceMean: reduction("meanAlong", meanAlong),
  ReduceMax: reduction("maximumAlong", maximumAlong),
  ReduceMin: reduction("maximumAlong of rescale(−1)", maximumAlong, negative, negative),
  ReduceL1: reduction("sumAlong of |x|", sumAlong, absolute),
  ReduceL2: reduction("√ of sumAlong of x²", sumAlong, square, root),
  ReduceSumSquare: reduction("sumAlong of x²", sumAlong, square),
  ReduceLogSum: reduction("log of sumAlong", sumAlong, undefined, logarithm),
  ReduceLogSumExp: {
    becomes: "log of sumAlong of e^(x − m) plus m, the largest",
    read(call) {
      const value = input(call, 0);
      if (isKnown(value)) return logarithm(call, reduced(call, exponential(call, value), sumAlong));
      const largestKept = reduced(call, value, maximumAlong, true);
      const apart = added(call, value, negative(call, largestKept));
      const log = logarithm(call, reduced(call, exponential(call, apart), sumAlong));
      return added(call, log, viewed(largestKept, log.shape));
    },
  },
  ReduceProd: {
    becomes: "multiply, one entry after the other",
    read(call) {
      const value = input(call, 0);
      const { axes, shape } = reducedAxes(call, value);
      const own = axes.reduce((rest, axis) => {
        const entries = Array.from({ length: rest.shape[axis] }, (_, k) =>
          taken(call, rest, axis, [k]),
        );
        return entries.reduce((a, b) => multiplied(call, a, b));
      }, value);
      return viewed(own, shape);
    },
  },
  ArgMax: extreme(false),
  ArgMin: extreme(true),
  TopK: {
    becomes: "topK, once for the entries and once for their places, compared in float32",
    read(call) {
      const value = input(call, 0);
      const { attributes } = call.node;
      const k = attributes.has("k") ? attributes.integer("k", 1) : single(call, 1, "k");
      const axis = axisSetting(call, -1, value.shape.length);
      return largest(call, value, axis, k, attributes.integer("largest", 1) === 0);
    },
  },
};

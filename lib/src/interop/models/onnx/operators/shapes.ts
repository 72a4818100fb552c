import { rescale } from "../../../../nn/layers/functions.js";
import { mathFunction } from "../../../../nn/layers/mathFunctions.js";
import {
  checkedAxes,
  input,
  makes,
  numbers,
  refused,
  single,
  type Call,
  type OnnxOperator,
} from "../call.js";
import { entrywise } from "../importing.js";
import { numberType, tensorOf } from "../tensorData.js";
import { isWhole } from "../tensorData.js";
import { known, size, viewed, type Known, type Value } from "../value.js";
import { added } from "./arithmetic.js";
import { matrixProduct } from "./linear.js";
import { transposed } from "./movement.js";

const folded = (becomes: string, read: (call: Call) => Known): OnnxOperator => ({
  becomes: `folded: ${becomes}`,
  read,
});

function constant(call: Call): Known {
  const { attributes, title } = call.node;
  const tensor = attributes.tensor("value");
  if (tensor) {
    const { shape, type, data } = tensorOf(tensor, title, () => {
      throw refused(call, "keeps a constant in another file", "Save the model in one file");
    });
    return known(shape, data, isWhole(type));
  }
  const [ints, floats] = [attributes.integers("value_ints"), attributes.floats("value_floats")];
  if (attributes.has("value_int")) return known([], [attributes.integer("value_int", 0)]);
  if (attributes.has("value_float")) return known([], [attributes.float("value_float", 0)], false);
  if (attributes.has("value_ints")) return known([ints!.length], ints!);
  if (attributes.has("value_floats")) return known([floats!.length], floats!, false);
  throw refused(call, "holds no numbers (a text or a sparse tensor)", "Export without it");
}

function filled(call: Call): Known {
  const shape = Array.from(numbers(call, 0, "shape").data);
  const count = makes(call, shape);
  const tensor = call.node.attributes.tensor("value");
  const held = tensor && tensorOf(tensor, call.node.title, () => new Uint8Array(0));
  const whole = held ? isWhole(held.type) : false;
  return known(shape, new Float64Array(count).fill(held?.data[0] ?? 0), whole);
}

function range(call: Call): Known {
  const [start, limit, delta] = [0, 1, 2].map((k) => single(call, k, "bound"));
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isFinite(count)) throw refused(call, `has a step of ${delta}`, "Check the bounds");
  makes(call, [count]);
  const whole = numbers(call, 0, "bound").whole;
  return known(
    [count],
    Float64Array.from({ length: count }, (_, k) => start + k * delta),
    whole,
  );
}

function notZero(call: Call): Known {
  const { shape, data } = numbers(call, 0, "input");
  const found = Array.from(data.keys()).filter((f) => data[f] !== 0);
  const rows = shape.map((extent, axis) => {
    const inner = size(shape.slice(axis + 1));
    return found.map((f) => Math.floor(f / inner) % extent);
  });
  return known([shape.length, found.length], rows.flat());
}

/** Sums of all entries up to each one along an axis: a product with a triangle of ones. */
function running(call: Call): Value {
  const value = input(call, 0);
  const { attributes } = call.node;
  const axis = checkedAxes(call, [single(call, 1, "axis")], value.shape.length)[0];
  const length = value.shape[axis];
  const exclusive = attributes.integer("exclusive", 0) !== 0;
  const reverse = attributes.integer("reverse", 0) !== 0;
  const triangle = Float64Array.from({ length: makes(call, [length, length]) }, (_, p) => {
    const [from, to] = [Math.floor(p / length), p % length];
    const inside = reverse ? from >= to : from <= to;
    return inside && !(exclusive && from === to) ? 1 : 0;
  });
  const order = value.shape.map((_, k) => k).filter((k) => k !== axis);
  const last = transposed(call, value, [...order, axis]);
  const rows = viewed(last, [size(value.shape) / length, length]);
  const sums = matrixProduct(call, rows, known([length, length], triangle, false), {});
  const back = value.shape.map((_, k) => [...order, axis].indexOf(k));
  const own = transposed(call, viewed(sums, last.shape), back);
  return { ...own, whole: value.whole };
}

/** One for the place that each entry names along a new axis, zero elsewhere. */
function oneHot(call: Call): Value {
  const [at, depth] = [input(call, 0), single(call, 1, "depth")];
  const values = numbers(call, 2, "values");
  const [off, on] = values.data;
  const rank = at.shape.length + 1;
  const axis = checkedAxes(call, [call.node.attributes.integer("axis", -1)], rank)[0];
  const shape = [...at.shape.slice(0, axis), depth, ...at.shape.slice(axis)];
  makes(call, shape);
  const places = known(
    [depth, ...at.shape.slice(axis).map(() => 1)],
    Float64Array.from({ length: depth }, (_, k) => -k),
  );
  const { importing } = call;
  const entries = viewed(at, [...at.shape.slice(0, axis), 1, ...at.shape.slice(axis)]);
  const below = entrywise(importing, mathFunction("isPositive"), negated(call, entries), true);
  const fromStart = added(call, entries, entrywise(importing, rescale(depth), below, true));
  const apart = added(call, fromStart, places);
  const hit = entrywise(importing, mathFunction("isZero"), apart, true);
  return entrywise(importing, rescale(on - off, off), hit, values.whole);
}

const negated = (call: Call, value: Value): Value =>
  entrywise(call.importing, rescale(-1), value, value.whole);

/** Operators of shapes and places; most give numbers which do not depend on the data. */
export const shapes: Readonly<Record<string, OnnxOperator>> = {
  Constant: folded("numbers", constant),
  Shape: folded("extents", (call) => {
    const { shape } = input(call, 0);
    const { attributes } = call.node;
    const start = attributes.integer("start", 0);
    const own = shape.slice(
      start,
      attributes.has("end") ? attributes.integer("end", 0) : undefined,
    );
    return known([own.length], own);
  }),
  Size: folded("a number", (call) => known([], [size(input(call, 0).shape)])),
  ConstantOfShape: folded("numbers", filled),
  Range: folded("numbers", range),
  NonZero: folded("places", notZero),
  CumSum: { becomes: "matmul by a triangle of ones", read: running },
  OneHot: { becomes: "isZero(x − place), derivative 0", read: oneHot },
  EyeLike: folded("numbers", (call) => {
    const { shape } = input(call, 0);
    const k = call.node.attributes.integer("k", 0);
    const [rows, columns] = shape;
    if (shape.length !== 2) throw refused(call, "is of no matrix", "Give it a matrix");
    numberType(call.node.attributes.integer("dtype", 1), call.node.title);
    makes(call, shape);
    const data = Float64Array.from({ length: rows * columns }, (_, f) =>
      (f % columns) - Math.floor(f / columns) === k ? 1 : 0,
    );
    return known(shape, data, false);
  }),
};

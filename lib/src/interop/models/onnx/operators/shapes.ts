import { input, makes, numbers, refused, single, type Call, type OnnxOperator } from "../call.js";
import { numberType, tensorOf } from "../tensorData.js";
import { isWhole } from "../tensorData.js";
import { axisOf, known, size, type Known } from "../value.js";

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

function running(call: Call): Known {
  const { shape, data, whole } = numbers(call, 0, "input");
  const axis = axisOf(single(call, 1, "axis"), shape.length);
  const inner = size(shape.slice(axis + 1));
  const { attributes } = call.node;
  if (attributes.integer("exclusive", 0) !== 0 || attributes.integer("reverse", 0) !== 0)
    throw refused(call, "sums exclusively or in reverse", "Export without it");
  const sums = data.slice();
  for (let f = 0; f < sums.length; f++)
    if (Math.floor(f / inner) % shape[axis] > 0) sums[f] += sums[f - inner];
  return known(shape, sums, whole);
}

function oneHot(call: Call): Known {
  const [at, depth] = [numbers(call, 0, "places"), single(call, 1, "depth")];
  const [off, on] = numbers(call, 2, "values").data;
  const axis = axisOf(call.node.attributes.integer("axis", -1), at.shape.length + 1);
  if (axis !== at.shape.length) throw refused(call, `is along axis ${axis}`, "Use the last axis");
  const shape = [...at.shape, depth];
  const data = new Float64Array(makes(call, shape)).fill(off);
  at.data.forEach((place, k) => (data[k * depth + axisOf(place, depth)] = on));
  return known(shape, data, numbers(call, 2, "values").whole);
}

/** Operators that give numbers which do not depend on the data. */
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
  CumSum: folded("numbers", running),
  OneHot: folded("numbers", oneHot),
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

import type { ConfigError } from "../../../../core/errors.js";
import type { Shape } from "../../../../core/tensor.js";
import { crop, gather, pad, take, transpose } from "../../../../nn/layers/gather.js";
import { concat } from "../../../../nn/layers/structure.js";
import { expanded, commonShape } from "../broadcasting.js";
import {
  axisSetting,
  checkedAxes,
  input,
  listSetting,
  makes,
  numbers,
  optionalNumbers,
  refused,
  single,
  type Call,
  type OnnxOperator,
} from "../call.js";
import { alongAxes, apply, framed, stepOf } from "../importing.js";
import {
  axisOf,
  isKnown,
  known,
  sampleShape,
  size,
  viewed,
  type Known,
  type Value,
} from "../value.js";
import { splitSizes } from "./splitSizes.js";

/** The axes of a value in another order; two such layers after each other become one. */
export function transposed(call: Call, value: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => value.shape[axis]);
  // axes of one entry may go anywhere
  const moved = order.filter((axis) => value.shape[axis] !== 1);
  if (moved.every((axis, k) => k === 0 || moved[k - 1] < axis)) return viewed(value, shape);
  const { own, from } = framed(value.shape, order[0] === 0 ? order.slice(1) : order);
  const axes = from === 1 ? order.slice(1).map((axis) => axis - 1) : order;
  if (isKnown(value)) {
    if (value.shape.length === 2) return { ...value, shape, data: turnedMatrix(value) };
    const turned = apply(call.importing, transpose(axes), [[value, own]], { shape }) as Known;
    return { ...turned, whole: value.whole, ...(value.name !== undefined && { name: value.name }) };
  }
  const { tape } = call.importing;
  const step = stepOf(call.importing, value, own);
  const { layer, inputs } = tape.steps[step];
  if (layer?.spec?.type !== "transpose")
    return apply(call.importing, transpose(axes), [[value, own]], { shape, whole: value.whole });
  const before = layer.spec.axes as readonly number[];
  const both = axes.map((axis) => before[axis]);
  const source: Value = { ...value, step: inputs[0], shape: tape.steps[inputs[0]].shape };
  if (both.every((axis, k) => axis === k)) return { ...source, shape };
  const whole = [[source, source.shape]] as const;
  return apply(call.importing, transpose(both), whole, { shape, whole: value.whole });
}

function turnedMatrix({ data, shape: [rows, columns] }: Known): Float64Array {
  const turned = new Float64Array(data.length);
  for (let r = 0, p = 0; r < rows; r++)
    for (let c = 0; c < columns; c++, p++) turned[c * rows + r] = data[p];
  return turned;
}

/** Places along an axis: a stretch where they follow each other, else a table. */
export function taken(call: Call, value: Value, axis: number, places: readonly number[]): Value {
  const extent = value.shape[axis];
  const shape = value.shape.map((own, k) => (k === axis ? places.length : own));
  const outside = places.find((place) => !(place >= 0 && place < extent));
  if (outside !== undefined)
    throw refused(call, `takes place ${outside} of ${extent}`, "Check the extents");
  if (places.length === 0) return known(shape, [], value.whole);
  const step = places.length > 1 ? places[1] - places[0] : 1;
  const even = step !== 0 && places.every((place, k) => place === places[0] + k * step);
  if (even && step === 1 && places.length === extent) return value;
  return alongAxes(
    call.importing,
    value,
    [axis],
    ([own]) => (even ? crop(own, places[0], places.length, step) : take(own, places)),
    shape,
  );
}

/** Values one after the other along an axis. */
export function joined(call: Call, values: readonly Value[], axis: number): Value {
  const parts = values.filter(({ shape }) => shape[axis] > 0);
  const [first] = parts.length > 0 ? parts : values;
  const extent = values.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.shape.map((own, k) => (k === axis ? extent : own));
  const whole = values.every((value) => value.whole);
  if (parts.length === 0) return known(shape, [], whole);
  if (parts.length === 1) return parts[0];
  const frame = framed(first.shape, [axis]);
  const inputs = parts.map((part) => [part, framed(part.shape, [axis]).own] as const);
  return apply(call.importing, concat(axis - frame.from), inputs, { shape, whole });
}

/** Any entries of a value in any order; −1 gives 0. */
export function tabled(call: Call, value: Value, shape: Shape, sources: Int32Array): Value {
  if (size(shape) === 0) return known(shape, [], value.whole);
  const own = sampleShape(shape);
  makes(call, shape);
  const result = { shape, whole: value.whole };
  return apply(call.importing, gather(own, sources), [[value, sampleShape(value.shape)]], result);
}

function reshaped(call: Call): Value {
  const value = input(call, 0);
  const target = Array.from(numbers(call, 1, "shape").data);
  const zero = call.node.attributes.integer("allowzero", 0) === 1;
  const copied = target.map((own, k) => (own === 0 && !zero ? (value.shape[k] ?? 0) : own));
  const rest = copied.reduce((product, own) => (own === -1 ? product : product * own), 1);
  const open = rest > 0 ? size(value.shape) / rest : 0;
  const shape = copied.map((own) => (own === -1 ? open : own));
  if (
    copied.filter((own) => own === -1).length > 1 ||
    !shape.every((own) => Number.isSafeInteger(own) && own >= 0) ||
    size(shape) !== size(value.shape)
  )
    throw refused(
      call,
      `gives [${value.shape}] the shape [${target}], which has another number of entries (the batch counts as 1)`,
      "Export with a batch axis that is open, and check the extents",
    );
  return viewed(value, shape);
}

function squeezed(call: Call): Value {
  const value = input(call, 0);
  const given = listSetting(call, "axes", 1);
  const axes = given
    ? checkedAxes(call, given, value.shape.length)
    : value.shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
  if (axes.some((axis) => value.shape[axis] !== 1))
    throw refused(call, `removes axes [${axes}] of [${value.shape}]`, "Check the extents");
  return viewed(
    value,
    value.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

function unsqueezed(call: Call): Value {
  const value = input(call, 0);
  const given = listSetting(call, "axes", 1) ?? [];
  const axes = checkedAxes(call, given, value.shape.length + given.length);
  const shape = [...value.shape];
  for (const axis of [...axes].sort((a, b) => a - b)) shape.splice(axis, 0, 1);
  return viewed(value, shape);
}

function sliced(call: Call): Value {
  const value = input(call, 0);
  const starts = listSetting(call, "starts", 1) ?? [];
  const ends = listSetting(call, "ends", 2) ?? [];
  const axes = listSetting(call, "axes", 3) ?? starts.map((_, k) => k);
  const steps = optionalNumbers(call, 4, "steps")?.data ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length)
    throw refused(call, "has not as many ends and axes as starts", "Export the model again");
  return checkedAxes(call, axes, value.shape.length).reduce((own, axis, k) => {
    makes(call, [own.shape[axis]]);
    const places = slicePlaces(own.shape[axis], starts[k], ends[k], steps[k]);
    if (!places) throw refused(call, `has a step of ${steps[k]}`, "Export the model again");
    return taken(call, own, axis, places);
  }, value);
}

/** Places start, start + step, … before end; bounds count from the end if negative. */
function slicePlaces(
  extent: number,
  start: number,
  end: number,
  step: number,
): number[] | undefined {
  if (!Number.isSafeInteger(step) || step === 0) return undefined;
  const bound = (at: number): number => {
    const own = at < 0 ? at + extent : at;
    return step > 0 ? Math.min(Math.max(own, 0), extent) : Math.min(Math.max(own, -1), extent - 1);
  };
  const [from, to] = [bound(start), bound(end)];
  const count = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length: count }, (_, k) => from + k * step);
}

function split(call: Call): readonly Value[] {
  const value = input(call, 0);
  const axis = axisSetting(call, 0, value.shape.length);
  let start = 0;
  return splitSizes(call, value.shape[axis]).map((count) => {
    const places = Array.from({ length: count }, (_, k) => start + k);
    start += count;
    return taken(call, value, axis, places);
  });
}

function tiled(call: Call): Value {
  const value = input(call, 0);
  const { data } = numbers(call, 1, "repeats");
  if (data.length !== value.shape.length)
    throw refused(call, `repeats [${data}] of [${value.shape}]`, "Check the extents");
  const target = value.shape.map((own, k) => (own === 1 ? data[k] : own));
  makes(
    call,
    value.shape.map((own, k) => own * data[k]),
  );
  return Array.from(data).reduce(
    (own, repeats, axis) => {
      const extent = value.shape[axis];
      if (extent === 1 || repeats === 1) return own;
      const places = Array.from({ length: extent * repeats }, (_, k) => k % extent);
      return taken(call, own, axis, places);
    },
    expanded(call, value, target),
  );
}

function padded(call: Call): Value {
  const value = input(call, 0);
  const rank = value.shape.length;
  const given = listSetting(call, "pads", 1) ?? [];
  const axes = checkedAxes(
    call,
    optionalNumbers(call, 3, "axes")?.data.reduce<number[]>((all, a) => [...all, a], []) ??
      value.shape.map((_, k) => k),
    rank,
  );
  const mode = call.node.attributes.text("mode", "constant");
  const sides = value.shape.map(() => [0, 0] as [number, number]);
  axes.forEach((axis, k) => (sides[axis] = [given[k], given[k + axes.length]]));
  if (given.length !== 2 * axes.length || !sides.flat().every(Number.isSafeInteger))
    throw refused(call, `has pads [${given}] for ${axes.length} axes`, "Export the model again");
  const cut = sides.reduce((own, [before, after], axis) => {
    const extent = value.shape[axis];
    if (before >= 0 && after >= 0) return own;
    const [from, to] = [Math.max(0, -before), extent - Math.max(0, -after)];
    const places = Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
    return taken(call, own, axis, places);
  }, value);
  const more = sides.map(([a, b]) => [Math.max(0, a), Math.max(0, b)] as const);
  if (more.every(([a, b]) => a === 0 && b === 0)) return cut;
  if (mode !== "constant") return mirrored(call, cut, more, mode);
  const number =
    call.inputs[2] !== undefined
      ? single(call, 2, "constant")
      : call.node.attributes.float("value", 0);
  const shape = cut.shape.map((own, k) => own + more[k][0] + more[k][1]);
  const { own, from } = framed(
    cut.shape,
    more.flatMap(([a, b], axis) => (a + b > 0 ? [axis] : [])),
  );
  const layer = pad(from === 1 ? more.slice(1) : more, number);
  return apply(call.importing, layer, [[cut, own]], { shape, whole: value.whole });
}

function mirrored(
  call: Call,
  value: Value,
  sides: readonly (readonly [number, number])[],
  mode: string,
): Value {
  const place = (at: number, extent: number): number => {
    if (mode === "edge") return Math.min(Math.max(at, 0), extent - 1);
    if (mode === "wrap") return ((at % extent) + extent) % extent;
    if (mode !== "reflect" || extent < 2)
      throw refused(call, `pads in the mode "${mode}"`, "Use constant, reflect, edge or wrap");
    const period = 2 * (extent - 1);
    const own = ((at % period) + period) % period;
    return own < extent ? own : period - own;
  };
  return sides.reduce((own, [before, after], axis) => {
    if (before + after === 0) return own;
    const extent = own.shape[axis];
    const count = extent + before + after;
    makes(call, [count]);
    const places = Array.from({ length: count }, (_, k) => place(k - before, extent));
    return taken(call, own, axis, places);
  }, value);
}

function triangle(call: Call): Value {
  const value = input(call, 0);
  const k = call.inputs[1] === undefined ? 0 : single(call, 1, "diagonal");
  const upper = call.node.attributes.integer("upper", 1) === 1;
  const [rows, columns] = value.shape.slice(-2);
  makes(call, value.shape);
  const table = Int32Array.from({ length: size(value.shape) }, (_, f) => {
    const [i, j] = [Math.floor(f / columns) % rows, f % columns];
    return (upper ? j - i >= k : j - i <= k) ? f : -1;
  });
  return tabled(call, value, value.shape, table);
}

/** Channels to blocks of space, or back: extents one by one, then their order. */
const blocks = (call: Call): Value => {
  const value = input(call, 0);
  const { attributes } = call.node;
  const b = attributes.integer("blocksize", 1);
  const [one, channels, rows, columns] = value.shape;
  const fail = (fact: string): ConfigError => refused(call, fact, "Check the extents");
  if (call.node.operator === "SpaceToDepth") {
    if (value.shape.length !== 4 || rows % b !== 0 || columns % b !== 0)
      throw fail(`makes blocks of ${b} of [${value.shape}]`);
    const wide = viewed(value, [one, channels, rows / b, b, columns / b, b]);
    const turned = transposed(call, wide, [0, 3, 5, 1, 2, 4]);
    return viewed(turned, [one, channels * b * b, rows / b, columns / b]);
  }
  const left = channels / (b * b);
  if (value.shape.length !== 4 || !Number.isInteger(left))
    throw fail(`makes blocks of ${b} of [${value.shape}]`);
  const columnFirst = attributes.text("mode", "DCR") === "CRD";
  const [shape, order] = columnFirst
    ? [
        [one, left, b, b, rows, columns],
        [0, 1, 4, 2, 5, 3],
      ]
    : [
        [one, b, b, left, rows, columns],
        [0, 3, 4, 1, 5, 2],
      ];
  const turned = transposed(call, viewed(value, shape), order);
  return viewed(turned, [one, left, rows * b, columns * b]);
};

/** Operators that put entries elsewhere and compute nothing. */
export const movement: Readonly<Record<string, OnnxOperator>> = {
  Reshape: { becomes: "reshape", read: reshaped },
  Flatten: {
    becomes: "reshape",
    read(call) {
      const value = input(call, 0);
      const axis = axisOf(call.node.attributes.integer("axis", 1), value.shape.length);
      return viewed(value, [size(value.shape.slice(0, axis)), size(value.shape.slice(axis))]);
    },
  },
  Squeeze: { becomes: "reshape", read: squeezed },
  Unsqueeze: { becomes: "reshape", read: unsqueezed },
  Transpose: {
    becomes: "transpose",
    read(call) {
      const value = input(call, 0);
      const usual = value.shape.map((_, k) => value.shape.length - 1 - k);
      const order = call.node.attributes.integers("perm") ?? usual;
      if (
        [...order].sort((a, b) => a - b).some((axis, k) => axis !== k) ||
        order.length !== usual.length
      )
        throw refused(call, `orders axes [${order}] of [${value.shape}]`, "Export the model again");
      return transposed(call, value, order);
    },
  },
  DepthToSpace: { becomes: "reshape and transpose", read: blocks },
  SpaceToDepth: { becomes: "reshape and transpose", read: blocks },
  Concat: {
    becomes: "concat",
    read(call) {
      const values = call.node.inputs.map((_, k) => input(call, k));
      return joined(call, values, axisSetting(call, 1, values[0].shape.length));
    },
  },
  Slice: { becomes: "crop", without: "bounds that depend on the data", read: sliced },
  Split: { becomes: "crop", read: split },
  Expand: {
    becomes: "expand",
    read(call) {
      const value = input(call, 0);
      const target = Array.from(numbers(call, 1, "shape").data);
      return expanded(call, value, commonShape(call, [value.shape, target]));
    },
  },
  Tile: { becomes: "expand and take", read: tiled },
  Pad: { becomes: "pad, or take for reflect, edge and wrap", read: padded },
  Trilu: { becomes: "gather", read: triangle },
};

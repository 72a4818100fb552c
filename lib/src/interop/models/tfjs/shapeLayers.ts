import { quoted } from "../../../core/printable.js";
import { size, type Shape } from "../../../core/tensor.js";
import { gather } from "../../../nn/layers/gather.js";
import { flatten, reshape } from "../../../nn/layers/structure.js";
import { lastIndices, orderOrNone } from "./channelOrder.js";
import {
  addPart,
  channelsOf,
  partOf,
  settled,
  shapeHere,
  type Affine,
  type Importer,
  type Value,
} from "./importer.js";
import { noPadding } from "./samePadding.js";
import type { Importing } from "./importing.js";
import { spaceOf } from "./weightedLayers.js";

const identity = (count: number): Int32Array => Int32Array.from({ length: count }, (_, k) => k);
/** Index in Keras's order of each entry here. */
const orderOf = (value: Value): Int32Array =>
  value.order ??
  (value.shape.length === 1 ? identity(value.shape[0]) : lastIndices(shapeHere(value.shape)));

export const importFlatten: Importing = (importer, settings, [input], _weights, title) => {
  const format = settings.text("data_format", "channels_last");
  if (!["channels_last", "channels_first"].includes(format)) {
    settings.fault(`data_format must be channels_last or channels_first, got ${quoted(format)}`);
  }
  // Keras then moves its first axis to the end before it flattens, whatever that axis is
  const turned = format === "channels_first" && input.shape.length > 1;
  const value = input.padding || turned ? settled(importer, input, title) : input;
  if (value.shape.length === 1) return value;
  const entries = size(value.shape);
  const pending = value.pending && perEntry(value.pending, entries);
  const order = orderOrNone(
    turned ? permutedOrder(value, [...value.shape.keys()].slice(1).concat(0)) : orderOf(value),
  );
  const index = addPart(importer, { layer: flatten(), inputs: [value.index] });
  return { index, shape: [entries], ...(order && { order }), ...(pending && { pending }) };
};

/** Channels of every site, one after the other. */
function perEntry({ scale, shift, of }: Affine, entries: number): Affine {
  const spread = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: entries }, (_, k) => values[k % values.length]);
  return { scale: spread(scale), shift: spread(shift), of };
}

export const importReshape: Importing = (importer, settings, [input], _weights, title) => {
  const shape = targetShape(settings.raw("target_shape"), size(input.shape));
  if (!shape) {
    settings.fault(
      `target_shape must hold ${size(input.shape)} entries, got ${JSON.stringify(settings.raw("target_shape"))}`,
    );
    return input;
  }
  const padded =
    input.padding && !noPadding(input.padding) ? reshapePadded(importer, input, shape) : undefined;
  if (padded) return padded;
  const value = settled(importer, input, title);
  return arranged(importer, value, orderOf(value), shape);
};

/** Extents with the open one, −1 or null, filled in. */
function targetShape(target: unknown, entries: number): number[] | undefined {
  if (!Array.isArray(target) || target.length < 1 || target.length > 8) return undefined;
  const isExtent = (extent: unknown): extent is number =>
    Number.isSafeInteger(extent) && (extent as number) > 0;
  const given = target.map((extent: unknown) =>
    extent === null || extent === -1 ? -1 : isExtent(extent) ? extent : NaN,
  );
  const rest = given.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  const open = given.filter((extent) => extent === -1).length;
  const shape = given.map((extent) => (extent === -1 ? entries / rest : extent));
  return open <= 1 && shape.every(Number.isInteger) && size(shape) === entries ? shape : undefined;
}

/** True if entries in Keras's order `order` are already where a value of that shape has them. */
function isArranged(order: Int32Array, shape: Shape): boolean {
  if (shape.length === 1) return true;
  const wanted = lastIndices(shapeHere(shape));
  return order.every((from, k) => from === wanted[k]);
}

function arranged(importer: Importer, value: Value, order: Int32Array, shape: Shape): Value {
  if (!isArranged(order, shape)) return moved(importer, value, order, shape);
  const own = shape.length === 1 ? orderOrNone(order) : undefined;
  return {
    index: reshaped(importer, value.index, shapeHere(shape)),
    shape,
    ...(own && { order: own }),
  };
}

/** The same with entries in other places, since space and channels lie the other way round here. */
function moved(importer: Importer, value: Value, order: Int32Array, shape: Shape): Value {
  const places = new Int32Array(order.length);
  order.forEach((entry, here) => (places[entry] = here));
  const sources = lastIndices(shapeHere(shape)).map((entry) => places[entry]);
  const layer = gather(shapeHere(shape), sources);
  return { index: addPart(importer, { layer, inputs: [value.index] }), shape };
}

/** A value under another shape; what was reshaped and back again is what it was. */
function reshaped(importer: Importer, index: number, shape: Shape): number {
  if (importer.shapes[index].join() === shape.join()) return index;
  const before = partOf(importer, index);
  if (before?.layer.kind === "reshape" && importer.shapes[before.inputs[0]].join() === shape.join())
    return before.inputs[0];
  return addPart(importer, {
    layer: shape.length === 1 ? flatten() : reshape(shape),
    inputs: [index],
  });
}

/** Axes of extent 1 may come and go around zeros; undefined for all else. */
function reshapePadded(importer: Importer, input: Value, shape: Shape): Value | undefined {
  const padding = input.padding!;
  const space = (of: Shape): number[] => of.slice(0, -1);
  const real = space(input.shape).flatMap((extent, a) =>
    extent === 1 && noPadding([padding[a]]) ? [] : [{ extent, sides: padding[a] }],
  );
  const wanted = space(shape).filter((extent) => extent !== 1);
  if (
    channelsOf(shape) !== channelsOf(input.shape) ||
    real.map(({ extent }) => extent).join() !== wanted.join()
  )
    return undefined;
  let next = 0;
  const sides = space(shape).map((extent): readonly [number, number] =>
    extent === 1 ? [0, 0] : real[next++].sides,
  );
  const inner = [
    ...space(shape).map((extent, a) => extent - sides[a][0] - sides[a][1]),
    channelsOf(shape),
  ];
  return {
    ...input,
    index: reshaped(importer, input.index, shapeHere(inner)),
    shape,
    padding: sides,
    alone: false,
  };
}

export const importPermute: Importing = (importer, settings, [input], _weights, title) => {
  const value = settled(importer, input, title);
  const rank = value.shape.length;
  const dims = settings.raw("dims");
  const axes = Array.isArray(dims) ? dims.map((axis: unknown) => Number(axis) - 1) : [];
  if (
    axes.length !== rank ||
    new Set(axes).size !== rank ||
    !axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank)
  ) {
    settings.fault(`dims must name the axes 1 … ${rank}, got ${JSON.stringify(dims)}`);
    return value;
  }
  const shape = axes.map((axis) => value.shape[axis]);
  const order = permutedOrder(value, axes);
  return arranged(importer, value, order, shape);
};

/** Index in Keras's order of each entry here, once axis `axes[k]` has become axis k. */
function permutedOrder(value: Value, axes: readonly number[]): Int32Array {
  const shape = axes.map((axis) => value.shape[axis]);
  const strides = shape.map((_, k) => size(shape.slice(k + 1)));
  const within = value.shape.map((_, axis) => size(value.shape.slice(axis + 1)));
  // where each entry of the input stands afterwards
  const after = Int32Array.from({ length: size(shape) }, (_, entry) =>
    axes.reduce(
      (sum, axis, k) => sum + (Math.floor(entry / within[axis]) % value.shape[axis]) * strides[k],
      0,
    ),
  );
  return orderOf(value).map((entry) => after[entry]);
}

/** Zeros around space; a convolution that follows takes them up. */
export const importZeroPadding =
  (axes: 1 | 2 | 3): Importing =>
  (_importer, settings, [input]) => {
    const extents = spaceOf(settings, input, axes);
    const raw = settings.raw("padding") ?? 1;
    // one axis is written [before, after], several are written one after the other
    const single = axes === 1 && !(Array.isArray(raw) && Array.isArray(raw[0]));
    const list: readonly unknown[] = single
      ? [raw]
      : Array.isArray(raw)
        ? raw
        : Array<unknown>(axes).fill(raw);
    const sides = list.map((one): [number, number] =>
      Array.isArray(one) ? [Number(one[0]), Number(one[1])] : [Number(one), Number(one)],
    );
    const right =
      sides.length === axes &&
      sides.flat().every((zeros) => Number.isInteger(zeros) && zeros >= 0 && zeros < 2 ** 20);
    if (!right)
      settings.fault(
        `padding must say whole numbers for ${axes} axes, got ${JSON.stringify(raw)?.slice(0, 80)}`,
      );
    const own = right ? sides : extents.map((): [number, number] => [0, 0]);
    const padding = own.map(
      ([before, after], a) =>
        [before + (input.padding?.[a]?.[0] ?? 0), after + (input.padding?.[a]?.[1] ?? 0)] as const,
    );
    const shape = [
      ...extents.map((extent, a) => extent + own[a][0] + own[a][1]),
      channelsOf(input.shape),
    ];
    return { ...input, shape, padding, alone: false };
  };

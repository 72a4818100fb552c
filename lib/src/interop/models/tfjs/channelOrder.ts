import { takes } from "../../../core/arguments/takes.js";
import { tensorOf } from "../../../core/arguments/kinds.js";
import { ShapeError } from "../../../core/errors.js";
import { size, tensor, type Shape, type Tensor } from "../../../core/tensor.js";

/**
 * Samples with channels last, [n, …space, channels], as TensorFlow.js and Keras have them, with
 * channels first, [n, channels, …space], as the networks here read them.
 * @throws ShapeError for a tensor without a batch and a channel axis
 */
export function channelsFirst(x: Tensor): Tensor {
  const [n, ...sample] = batchOf(x, "channelsFirst");
  return reordered(x, [n, ...firstShape(sample)], lastIndices(firstShape(sample)));
}

/** The opposite of `channelsFirst`. */
export function channelsLast(x: Tensor): Tensor {
  const [n, ...sample] = batchOf(x, "channelsLast");
  const places = lastIndices(sample);
  const indices = new Int32Array(places.length);
  places.forEach((last, first) => (indices[last] = first));
  return reordered(x, [n, ...lastShape(sample)], indices);
}

function batchOf(x: Tensor, what: string): Shape {
  takes(what, { x: [x, tensorOf(["…"], "any")] });
  if (x.shape.length < 2)
    throw new ShapeError(`${what}: samples must be a batch [n, …], got shape [${x.shape}].`, {
      got: x.shape,
    });
  return x.shape;
}

function reordered(x: Tensor, shape: Shape, indices: Int32Array): Tensor {
  const out = tensor(shape);
  const width = indices.length;
  for (let start = 0; start < x.data.length; start += width)
    for (let f = 0; f < width; f++) out.data[start + f] = x.data[start + indices[f]];
  return out;
}

/** [channels, …space] → [...space, channels]. */
export const lastShape = ([channels, ...space]: Shape): number[] => [...space, channels];
/** The opposite. */
export const firstShape = (last: Shape): number[] => [last[last.length - 1], ...last.slice(0, -1)];

/** For each entry of a sample [channels, …space] its index with channels last. */
export function lastIndices(first: Shape): Int32Array {
  const [channels] = first;
  const sites = size(first) / channels;
  return Int32Array.from(
    { length: channels * sites },
    (_, f) => (f % sites) * channels + Math.floor(f / sites),
  );
}

/** undefined for the order that is none. */
export function orderOrNone(order: Int32Array): Int32Array | undefined {
  return order.every((to, from) => to === from) ? undefined : order;
}

export const sameOrder = (a: Int32Array | undefined, b: Int32Array | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.length === b.length &&
    a.every((value, k) => value === b[k]));

/** The order of flat values one after the other. */
export function joinOrders(
  parts: readonly { readonly length: number; readonly order?: Int32Array | undefined }[],
): Int32Array | undefined {
  if (parts.every(({ order }) => order === undefined)) return undefined;
  const joined = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const { length, order } of parts) {
    for (let k = 0; k < length; k++) joined[start + k] = start + (order ? order[k] : k);
    start += length;
  }
  return orderOrNone(joined);
}

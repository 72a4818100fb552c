import { size, type Shape } from "../../core/tensor.js";

/** Distance of neighbours along each axis of a row-major array. */
export function rowStrides(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/**
 * Sums of one offset along each axis, in order of the entries; −1 for entries that have none along
 * some axis. The table of the last axes is copied along the one before them, so that each entry
 * takes one addition.
 * @param offsets  of each axis, −1 for none; their number is its extent
 */
export function tableOf(offsets: readonly ArrayLike<number>[]): Int32Array {
  const table = new Int32Array(offsets.reduce((product, { length }) => product * length, 1));
  for (let axis = offsets.length - 1, length = 1; axis >= 0; axis--) {
    const own = offsets[axis];
    // the last first: what is copied stands at the front
    for (let k = own.length - 1; k >= 0; k--) {
      const offset = own[k];
      for (let p = 0, to = k * length; p < length; p++, to++)
        table[to] = offset < 0 || table[p] < 0 ? -1 : table[p] + offset;
    }
    length *= own.length;
  }
  return table;
}

/** Offsets along an axis whose entries lie `stride` apart. */
export const steps = (extent: number, stride: number): Int32Array =>
  Int32Array.from({ length: extent }, (_, k) => k * stride);

/**
 * The shape that two broadcast to as NumPy does it: extents counted from the last axis are equal,
 * or one of them is 1 or missing. Undefined if they do not fit.
 */
export function broadcast(a: Shape, b: Shape): number[] | undefined {
  const axes = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let k = 0; k < axes; k++) {
    const own = a[a.length - axes + k] ?? 1;
    const other = b[b.length - axes + k] ?? 1;
    if (own !== other && own !== 1 && other !== 1) return undefined;
    shape.push(Math.max(own, other));
  }
  return shape;
}

/**
 * Which entry of `from` each entry of `to` is, that it broadcasts to; undefined if all are theirs.
 */
export function broadcastTable(from: Shape, to: Shape): Int32Array | undefined {
  if (size(from) === size(to)) return undefined;
  const own = rowStrides(from).map((stride, k) => (from[k] === 1 ? 0 : stride));
  const strides = [...Array<number>(to.length - from.length).fill(0), ...own];
  return tableOf(to.map((extent, k) => steps(extent, strides[k])));
}

/**
 * The entries of a shape in groups that agree in all axes but `axes`: [groups, entries of a group].
 */
export function groupsAlong(shape: Shape, axes: readonly number[]): Int32Array {
  const strides = rowStrides(shape);
  const outer = shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const inner = shape.map((_, k) => k).filter((k) => axes.includes(k));
  const order = [...outer, ...inner];
  return tableOf(order.map((k) => steps(shape[k], strides[k])));
}

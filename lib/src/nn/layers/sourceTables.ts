import { size, type Shape } from "../../core/tensor.js";

/** Distance of neighbours along each axis of a row-major array. */
export function rowStrides(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** `entry` of every index of a shape, in order. The index is one array, moved on. */
export function tableOf(shape: Shape, entry: (index: readonly number[]) => number): Int32Array {
  const index = shape.map(() => 0);
  const table = new Int32Array(size(shape));
  for (let f = 0; f < table.length; f++) {
    table[f] = entry(index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--)
      index[axis] = 0;
  }
  return table;
}

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
  return tableOf(to, (index) => index.reduce((sum, at, k) => sum + at * strides[k], 0));
}

/**
 * The entries of a shape in groups that agree in all axes but `axes`: [groups, entries of a group].
 */
export function groupsAlong(shape: Shape, axes: readonly number[]): Int32Array {
  const strides = rowStrides(shape);
  const outer = shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const inner = shape.map((_, k) => k).filter((k) => axes.includes(k));
  const order = [...outer, ...inner];
  return tableOf(
    order.map((k) => shape[k]),
    (index) => index.reduce((sum, at, k) => sum + at * strides[order[k]], 0),
  );
}

import type { IntegerReader } from "../../../core/files/largeIntegers.js";
import type { NumberType } from "../../../core/files/numberTypes.js";
import { size, type Shape } from "../../../core/tensor.js";

/** Where the numbers of a tensor lie in a storage, counted in numbers. */
export interface StridedShape {
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: Shape;
}

/**
 * The numbers of a tensor in row-major order: entry (i, j, …) is number offset + i·strides[0] +
 * j·strides[1] + … of the bytes.
 * @param little  whether the lowest byte comes first
 */
export function stridedNumbers(
  bytes: Uint8Array,
  { bytes: width, read }: NumberType,
  { offset, shape, strides }: StridedShape,
  little: boolean,
  integers: IntegerReader,
): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float64Array(size(shape));
  const axes = shape.length;
  const rows = axes === 0 ? 1 : shape[axes - 1];
  const step = axes === 0 ? 0 : width * strides[axes - 1];
  const place = shape.map(() => 0);
  let start = width * offset;
  for (let p = 0; p < numbers.length;) {
    for (let at = start, end = p + rows; p < end; p++, at += step)
      numbers[p] = read(view, at, little, integers);
    // the next row: the last axis but one goes on, and those before it where it has come to its end
    for (let axis = axes - 2; axis >= 0; axis--) {
      start += width * strides[axis];
      if (++place[axis] < shape[axis]) break;
      start -= width * strides[axis] * shape[axis];
      place[axis] = 0;
    }
  }
  return numbers;
}

/** The highest number that it reaches; −1 if it is empty. */
export function lastNumber({ offset, shape, strides }: StridedShape): number {
  return shape.includes(0)
    ? -1
    : shape.reduce((at, extent, axis) => at + (extent - 1) * strides[axis], offset);
}

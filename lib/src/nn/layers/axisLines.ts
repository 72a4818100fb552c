import { size, type Shape } from "../../core/tensor.js";

/** Lines along the axis: entries of one lie `stride` apart. */
export interface Lines {
  readonly length: number;
  readonly stride: number;
  readonly width: number;
}

export const linesAlong = (shape: Shape, axis: number): Lines => ({
  length: shape[axis],
  stride: size(shape.slice(axis + 1)),
  width: size(shape),
});

/** Calls `use` with the first entry and the one behind the last of every line. */
export function eachLine(
  { length, stride, width }: Lines,
  batch: number,
  use: (first: number, end: number) => void,
): void {
  const block = length * stride;
  for (let outer = 0; outer < batch * width; outer += block)
    for (let inner = 0; inner < stride; inner++) use(outer + inner, outer + inner + block);
}

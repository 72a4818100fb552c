import { size, tensor, type Tensor } from "../core/tensor.js";

/** A table of numbers, row by row. */
export interface Grid2 {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/**
 * A sample [channels, …space] as a line or a plane: summed over channels and over all axes but the
 * last `axes`. Relevance adds up, so such sums keep their meaning.
 */
export function projected({ shape, data }: Tensor, axes: 1 | 2): Tensor {
  const kept = shape.slice(-axes);
  const sum = tensor(kept);
  for (let p = 0; p < data.length; p++) sum.data[p % size(kept)] += data[p];
  return sum;
}

/**
 * A plane in blocks of as many entries as it takes to have at most `most` of them along each axis;
 * `of` adds up or averages.
 */
export function blocked(
  { shape: [height, width], data }: Tensor,
  most: number,
  of: "sum" | "mean",
): Grid2 & { readonly block: number } {
  const block = Math.ceil(Math.max(height, width) / most);
  const [rows, columns] = [Math.ceil(height / block), Math.ceil(width / block)];
  const [values, counts] = [new Float64Array(rows * columns), new Float64Array(rows * columns)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = Math.floor(y / block) * columns + Math.floor(x / block);
      values[at] += data[y * width + x];
      counts[at]++;
    }
  }
  return {
    rows,
    columns,
    block,
    values: of === "sum" ? values : values.map((value, k) => value / counts[k]),
  };
}

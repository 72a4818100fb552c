import { NumericalError, ShapeError } from "./errors.js";

/** Extents of a tensor, one for each axis. */
export type Shape = readonly number[];

/**
 * Dense row-major array of doubles. `data.length` is the product of `shape`; a batch index comes
 * first.
 */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Number of entries of a shape; 1 for the scalar shape []. */
export function size(shape: Shape): number {
  let product = 1;
  for (const extent of shape) product *= extent;
  return product;
}

/**
 * A tensor of the given shape, zero unless values are given. A `Float64Array` is used as it is, not
 * copied.
 * @throws ShapeError if an extent is no whole number ≥ 0, or the number of values is not the
 *   product of `shape`
 * @example
 * ```ts
 * import { core } from "phaselens";
 * console.log(core.tensor([2, 2], [1, 2, 3, 4]).shape); // → [ 2, 2 ]
 * ```
 */
export function tensor(shape: Shape, data?: ArrayLike<number>): Tensor {
  for (const extent of shape) {
    if (!(Number.isSafeInteger(extent) && extent >= 0)) {
      throw new ShapeError(
        `tensor: shape [${shape}] has an extent of ${extent}. Give whole numbers ≥ 0.`,
        { shape },
      );
    }
  }
  if (data === undefined) return { shape, data: new Float64Array(size(shape)) };
  if (data.length !== size(shape)) {
    throw new ShapeError(
      `tensor: shape [${shape}] needs ${size(shape)} values, got ${data.length}.`,
      { shape },
    );
  }
  return { shape, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

/**
 * Refuses a tensor that was made by hand and holds more or fewer numbers than its shape says.
 * @throws ShapeError naming both
 */
export function checkTensor({ shape, data }: Tensor, what: string): void {
  if (ArrayBuffer.isView(data) && data.length === size(shape)) return;
  throw new ShapeError(
    `${what}: shape [${shape}] needs ${size(shape)} values in a Float64Array, got ${data.length}. Make it with core.tensor.`,
    {
      shape,
      got: data.length,
    },
  );
}

/**
 * Row `n` of a batch [n, …], as a view of length size(…).
 * @example
 * ```ts
 * import { core } from "phaselens";
 * console.log(Array.from(core.row(core.tensor([2, 2], [1, 2, 3, 4]), 1))); // → [ 3, 4 ]
 * ```
 */
export function row(t: Tensor, n: number): Float64Array {
  const width = t.data.length / t.shape[0];
  return t.data.subarray(n * width, (n + 1) * width);
}

/**
 * The chosen rows of a batch, copied in the given order: [rows.length, …].
 * @throws ShapeError for a row that is not there
 */
export function takeRows(t: Tensor, rows: ArrayLike<number>): Tensor {
  const taken = tensor([rows.length, ...t.shape.slice(1)]);
  for (let k = 0; k < rows.length; k++) {
    if (!(Number.isInteger(rows[k]) && rows[k] >= 0 && rows[k] < t.shape[0])) {
      throw new ShapeError(
        `takeRows: there is no row ${rows[k]} among ${t.shape[0]}. Count rows from 0.`,
        { row: rows[k] },
      );
    }
    row(taken, k).set(row(t, rows[k]));
  }
  return taken;
}

/** Rows with the given numbers as columns, e.g. to hand a small table to danfo or Vega-Lite. */
export function toRows(
  columns: Readonly<Record<string, ArrayLike<number | string>>>,
): Record<string, number | string>[] {
  const names = Object.keys(columns);
  const length = names.length === 0 ? 0 : columns[names[0]].length;
  for (const name of names) {
    if (columns[name].length !== length) {
      throw new ShapeError(
        `toRows: column "${name}" has ${columns[name].length} entries, "${names[0]}" has ${length}.`,
      );
    }
  }
  return Array.from({ length }, (_, n) =>
    Object.fromEntries(names.map((name) => [name, columns[name][n]])),
  );
}

/** a · b = Σ a_i b_i over the entries of a. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Euclidean norm. */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** y += alpha x, in place. */
export function axpy(alpha: number, x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) y[i] += alpha * x[i];
}

/**
 * Refuses NaN and ±∞ at a public edge.
 * @throws NumericalError naming the first bad entry
 */
export function checkFinite(values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new NumericalError(
        `${what}: entry ${i} is ${values[i]}; every entry must be a finite number. Remove or repair that entry first.`,
        { index: i },
      );
    }
  }
}

import { NumericalError, ShapeError } from "./errors.js";
import { shown } from "./oneOf.js";

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

/** Number of entries of a shape that is right; 1 for the scalar shape []. */
export function size(shape: Shape): number {
  let product = 1;
  for (const extent of shape) product *= extent;
  return product;
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);

/** Number of entries of a shape from outside. @throws ShapeError for one that is none */
export function entriesOf(shape: Shape, caller: string): number {
  if (!isList(shape))
    throw new ShapeError(`${caller}: the shape is ${shown(shape)}; it must be a list of extents.`);
  for (const extent of shape) {
    if (!(Number.isSafeInteger(extent) && extent >= 0)) {
      throw new ShapeError(
        `${caller}: shape [${shape}] has an extent of ${shown(extent)}. Give whole numbers ≥ 0.`,
        { shape },
      );
    }
  }
  return size(shape);
}

/** Memory for a shape. @throws ShapeError where there is none */
export function zeros(shape: Shape, count: number, caller = "tensor"): Float64Array {
  try {
    return new Float64Array(count);
  } catch {
    // more than there can be, or than there is memory for
    throw new ShapeError(
      `${caller}: there is no memory for the ${count} numbers of shape [${shape}]. Use a smaller one.`,
      { shape },
    );
  }
}

/**
 * A tensor of the given shape, zero unless values are given. A `Float64Array` is used as it is, not
 * copied. Values are not looked at: what computes with them refuses NaN and ±∞, and a table read
 * from a file may hold them until its rows are chosen.
 * @throws ShapeError if an extent is no whole number ≥ 0, or the number of values is not the
 *   product of `shape`
 * @example
 * ```ts
 * import { core } from "phaselens";
 * console.log(core.tensor([2, 2], [1, 2, 3, 4]).shape); // → [ 2, 2 ]
 * ```
 */
export function tensor(shape: Shape, data?: ArrayLike<number>): Tensor {
  const count = entriesOf(shape, "tensor");
  if (data === undefined) return { shape, data: zeros(shape, count) };
  if (!isList(data))
    throw new ShapeError(
      `tensor: the values are ${shown(data)}; they must be an array of ${count} numbers.`,
    );
  if (data.length !== count) {
    throw new ShapeError(`tensor: shape [${shape}] needs ${count} values, got ${data.length}.`, {
      shape,
    });
  }
  return { shape, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

/**
 * Refuses a tensor that was made by hand and holds more or fewer numbers than its shape says.
 * @throws ShapeError naming both
 */
export function checkTensor(value: Tensor, what: string): void {
  const { shape, data } = (value ?? {}) as Partial<Tensor>;
  if (!Array.isArray(shape) || !isList(data))
    throw new ShapeError(`${what}: ${shown(value)} is no tensor. Make it with core.tensor.`);
  if (ArrayBuffer.isView(data) && data.length === size(shape)) return;
  throw new ShapeError(
    `${what}: shape [${shape}] needs ${size(shape)} values in a Float64Array, got ${data.length}. Make it with core.tensor.`,
    {
      shape,
      got: data.length,
    },
  );
}

/** Row `n` of a batch [n, …], as a view; n is not looked at. */
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

/** The first entry that is no finite number; −1 if all of them are. One pass, no allocation. */
export function firstNotFinite(values: ArrayLike<number>): number {
  if (values instanceof Float64Array && allFinite(values)) return -1;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

/** 0·x is 0 for finite x and NaN for all others; four sums, of which none waits for another. */
function allFinite(x: Float64Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length - (x.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += x[i] * 0;
    b += x[i + 1] * 0;
    c += x[i + 2] * 0;
    d += x[i + 3] * 0;
  }
  for (let i = whole; i < x.length; i++) a += x[i] * 0;
  return a + b + c + d === 0;
}

/**
 * Refuses NaN and ±∞ at a public edge.
 * @throws NumericalError naming the first bad entry
 */
export function checkFinite(values: ArrayLike<number>, what: string): void {
  const i = firstNotFinite(values);
  if (i < 0) return;
  throw new NumericalError(
    `${what}: entry ${i} is ${values[i]}; every entry must be a finite number. Remove or repair that entry first.`,
    { index: i },
  );
}

import { count, list, record, tensorOf, vector } from "./arguments/kinds.js";
import { takes } from "./arguments/takes.js";
import { ShapeError } from "./errors.js";
import * as trusting from "./tensor.js";
import { entriesOf, type Shape, type Tensor } from "./tensor.js";

// What callers see of tensors. The library's own loops use the functions of tensor.ts, which trust
// what they are given.

/**
 * Number of entries of a shape; 1 for the scalar shape [].
 * @throws ShapeError if an extent is no whole number ≥ 0
 */
export function size(shape: Shape): number {
  return entriesOf(shape, "size");
}

/**
 * Row `n` of a batch [n, …], as a view of length size(…).
 * @throws ShapeError for what is no tensor, ConfigError for a row that is not there
 * @example
 * ```ts
 * import { core } from "phaselens";
 * console.log(Array.from(core.row(core.tensor([2, 2], [1, 2, 3, 4]), 1))); // → [ 3, 4 ]
 * ```
 */
export function row(t: Tensor, n: number): Float64Array {
  takes("row", { t: [t, tensorOf(["n", "…"], "any")] });
  takes("row", { n: [n, count(0, t.shape[0] - 1)] });
  return trusting.row(t, n);
}

/**
 * The chosen rows of a batch, copied in the given order: [rows.length, …].
 * @throws ShapeError for a row that is not there
 */
export function takeRows(t: Tensor, rows: ArrayLike<number>): Tensor {
  takes("takeRows", { t: [t, tensorOf(["n", "…"], "any")], rows: [rows, list] });
  return trusting.takeRows(t, rows);
}

/** Rows with the given numbers as columns, e.g. to hand a small table to danfo or Vega-Lite. */
export function toRows(
  columns: Readonly<Record<string, ArrayLike<number | string>>>,
): Record<string, number | string>[] {
  takes("toRows", { columns: [columns, record({}, "columns by their names")] });
  for (const [name, column] of Object.entries(columns))
    takes("toRows", { [`column "${name}"`]: [column, list] });
  const names = Object.keys(columns);
  const length = names.length === 0 ? 0 : columns[names[0]].length;
  for (const name of names) {
    if (columns[name].length !== length) {
      throw new ShapeError(
        `toRows: column "${name}" has ${columns[name].length} entries, "${names[0]}" has ${length}; they must be as many.`,
      );
    }
  }
  return Array.from({ length }, (_, n) =>
    Object.fromEntries(names.map((name) => [name, columns[name][n]])),
  );
}

/**
 * a · b = Σ a_i b_i.
 * @throws ShapeError if they are not as long as each other, NumericalError for NaN or ±∞
 */
export function dot(a: Float64Array, b: Float64Array): number {
  takes("dot", { a: [a, vector()] });
  takes("dot", { b: [b, vector(a.length)] });
  return trusting.dot(a, b);
}

/** Euclidean norm. @throws NumericalError for NaN or ±∞ */
export function norm(a: Float64Array): number {
  takes("norm", { a: [a, vector()] });
  return trusting.norm(a);
}

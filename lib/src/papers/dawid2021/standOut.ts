import { takes } from "../../core/arguments/takes.js";
import { count, listOf, numbers } from "../../core/arguments/kinds.js";
/**
 * How many of the rows stand out above both of their neighbours (the last row has one): of Fig. 5's
 * nine shuffled states, those that a score finds. Neighbours are ordinary states.
 * @param values  one for each test point, in ascending V₁/J
 */
export function standOut(values: ArrayLike<number>, rows: readonly number[]): number {
  takes("standOut", { values: [values, numbers(1)] });
  takes("standOut", { rows: [rows, listOf(count(0, values.length - 1))] });
  const above = (n: number, other: number): boolean =>
    other < 0 || other >= values.length || values[n] > values[other];
  return rows.filter((n) => above(n, n - 1) && above(n, n + 1)).length;
}

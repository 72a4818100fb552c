import { makeArena } from "../../kernels/arena.js";

/**
 * C [m, n] = L [m, q] R [q, n] of matrices that lie in `left` and `right` from these places on; R
 * as its transpose [n, q] if `rightTransposed`.
 */
export type StagedProduct = (
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  rightTransposed: boolean,
) => void;

/** Products in one room that their operands are copied into, with the compiled kernel. */
export interface StagedProducts {
  /** @param leftTransposed whether L lies as its transpose [q, m] */
  product(m: number, q: number, n: number, leftTransposed: boolean): StagedProduct;
  /** Writes, or adds, the latest result to `out` from entry `at` on. */
  take(out: Float64Array, at: number, count: number, add: boolean): void;
}

/**
 * @param room  entries of the largest matrix
 * @param lines rows and columns of the three matrices together
 */
export function stagedProducts(room: number, lines: number): StagedProducts {
  const arena = makeArena({ doubles: 3 * room, integers: 9 * lines });
  const { f64, i32 } = arena;
  const [l, r, c] = [arena.doubles(room), arena.doubles(room), arena.doubles(room)];
  const list = (start: number, count: number, step: number): number => {
    const offsets = arena.integers(count);
    for (let k = 0; k < count; k++) i32[offsets + k] = start + k * step;
    return offsets;
  };
  return {
    product(m, q, n, leftTransposed) {
      const lRows = list(l, m, leftTransposed ? 1 : q);
      const [rRows, cRows] = [list(r, q, n), list(c, m, n)];
      return (left, leftAt, right, rightAt, rightTransposed) => {
        copyIn(left, leftAt, f64, l, m * q);
        if (rightTransposed) copyTransposed(right, rightAt, f64, r, q, n);
        else copyIn(right, rightAt, f64, r, q * n);
        f64.fill(0, c, c + m * n);
        arena.rowProduct(m, n, q, lRows, leftTransposed ? m : 1, rRows, cRows, 0);
      };
    },
    take(out, at, count, add) {
      if (add) for (let p = 0; p < count; p++) out[at + p] += f64[c + p];
      else copyIn(f64, c, out, at, count);
    },
  };
}

/** Entries from which on a view and one move of memory are cheaper than a loop. */
const LONG = 48;

function copyIn(
  from: Float64Array,
  start: number,
  to: Float64Array,
  at: number,
  count: number,
): void {
  if (count >= LONG) to.set(from.subarray(start, start + count), at);
  else for (let p = 0; p < count; p++) to[at + p] = from[start + p];
}

/** [columns, rows] → [rows, columns]. */
function copyTransposed(
  from: Float64Array,
  start: number,
  to: Float64Array,
  at: number,
  rows: number,
  columns: number,
): void {
  for (let j = 0, p = start; j < columns; j++)
    for (let i = 0; i < rows; i++) to[at + i * columns + j] = from[p++];
}

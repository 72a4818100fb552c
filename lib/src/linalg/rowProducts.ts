import { ShapeError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { makeArena } from "../kernels/arena.js";

// Rows of B in the arena at a time, so that memory does not grow with their number
const ROWS = 256;

/** A Bᵀ: the inner products of all rows of A [m, k] with all rows of B [n, k], [m, n]. */
export function rowProducts(a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape;
  const n = b.shape[0];
  if (b.shape[1] !== k) throw new ShapeError(`rowProducts: rows of length ${k} and ${b.shape[1]}; they must agree.`);
  const arena = makeArena({ doubles: (m + ROWS) * k + m * ROWS, integers: m + ROWS });
  const [left, right, products] = [arena.doubles(m * k), arena.doubles(ROWS * k), arena.doubles(m * ROWS)];
  const [leftRows, rightRows] = [arena.integers(m), arena.integers(ROWS)];
  arena.f64.set(a.data, left);
  for (let i = 0; i < m; i++) arena.i32[leftRows + i] = left + i * k;
  for (let j = 0; j < ROWS; j++) arena.i32[rightRows + j] = right + j * k;
  const result = tensor([m, n]);
  for (let from = 0; from < n; from += ROWS) {
    const count = Math.min(ROWS, n - from);
    arena.f64.set(b.data.subarray(from * k, (from + count) * k), right);
    arena.f64.fill(0, products, products + m * ROWS);
    arena.rowDots(m, count, k, leftRows, rightRows, products, ROWS);
    for (let i = 0; i < m; i++) result.data.set(arena.f64.subarray(products + i * ROWS, products + i * ROWS + count), i * n + from);
  }
  return result;
}

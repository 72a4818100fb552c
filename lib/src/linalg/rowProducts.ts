import { ShapeError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { makeArena } from "../kernels/arena.js";

/** Rows that are staged beside those of the left factor, at most; fewer where rows are long. */
const ROWS = 256;
const DOUBLES = 1 << 22;

/**
 * B ↦ A Bᵀ, [m, n], for one A [m, k] and many B [n, k] in turn: A stays in the arena, memory does
 * not grow with n. The function throws ShapeError if the rows of B are of another length.
 */
export function makeRowProducts(a: Tensor): (b: Tensor) => Tensor {
  const [m, k] = a.shape;
  const staged = Math.max(1, Math.min(ROWS, Math.floor(DOUBLES / k)));
  const arena = makeArena({ doubles: (m + staged) * k + m * staged, integers: m + staged });
  const [left, right, products] = [
    arena.doubles(m * k),
    arena.doubles(staged * k),
    arena.doubles(m * staged),
  ];
  const [leftRows, rightRows] = [arena.integers(m), arena.integers(staged)];
  arena.f64.set(a.data, left);
  for (let i = 0; i < m; i++) arena.i32[leftRows + i] = left + i * k;
  for (let j = 0; j < staged; j++) arena.i32[rightRows + j] = right + j * k;
  return (b) => {
    if (b.shape[1] !== k)
      throw new ShapeError(`rowProducts: rows of length ${k} and ${b.shape[1]}; they must agree.`);
    const n = b.shape[0];
    const result = tensor([m, n]);
    for (let from = 0; from < n; from += staged) {
      const count = Math.min(staged, n - from);
      arena.f64.set(b.data.subarray(from * k, (from + count) * k), right);
      arena.f64.fill(0, products, products + m * staged);
      arena.rowDots(m, count, k, leftRows, rightRows, products, staged);
      for (let i = 0; i < m; i++)
        result.data.set(
          arena.f64.subarray(products + i * staged, products + i * staged + count),
          i * n + from,
        );
    }
    return result;
  };
}

/** A Bᵀ: the inner products of all rows of A [m, k] with all rows of B [n, k], [m, n]. */
export function rowProducts(a: Tensor, b: Tensor): Tensor {
  return makeRowProducts(a)(b);
}

/** A B, [m, n]: sums of the rows of B [k, n], taken piece by piece, with the factors A [m, k]. */
export function sumsOfRows(a: Tensor, b: Tensor): Tensor {
  const [[m, k], [rows, n]] = [a.shape, b.shape];
  if (rows !== k)
    throw new ShapeError(`sumsOfRows: ${k} factors for ${rows} rows; there must be one for each.`);
  const staged = Math.max(1, Math.min(k, ROWS, Math.floor(DOUBLES / n)));
  const arena = makeArena({ doubles: m * k + staged * n + m * n, integers: 2 * m + staged });
  const { f64, i32 } = arena;
  const [left, right, sums] = [m * k, staged * n, m * n].map((count) => arena.doubles(count));
  const [leftRows, rightRows, sumRows] = [m, staged, m].map((count) => arena.integers(count));
  f64.set(a.data, left);
  for (let i = 0; i < m; i++) i32[sumRows + i] = sums + i * n;
  for (let j = 0; j < staged; j++) i32[rightRows + j] = right + j * n;
  for (let from = 0; from < k; from += staged) {
    const count = Math.min(staged, k - from);
    f64.set(b.data.subarray(from * n, (from + count) * n), right);
    for (let i = 0; i < m; i++) i32[leftRows + i] = left + i * k + from;
    arena.rowProduct(m, n, count, leftRows, 1, rightRows, sumRows, 0);
  }
  return tensor([m, n], f64.slice(sums, sums + m * n));
}

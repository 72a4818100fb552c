import type { Arena } from "../kernels/arena.js";

/** Reflections that act together, and rows that they act on while these are near. */
const TOGETHER = 32;
const ROWS = 128;

/** What `reflectRows` takes from an arena. */
export const reflectionRoom = (n: number): { doubles: number; integers: number } => ({
  doubles: (n + TOGETHER + 2 * ROWS) * TOGETHER,
  integers: 3 * ROWS + 2 * n,
});

/**
 * Each of n rows x ← H_{n−1} … H_1 x with the reflectors H = 1 − τ u uᵀ of `tridiagonalise`, which
 * turns eigenvectors of the tridiagonal matrix into those of the matrix. b of them together are
 *
 *   1 − Σ_kl u_k S_kl u_lᵀ,   S ← (S, 0; −τ (uᵀU) S, τ)        Schreiber and Van Loan 1989
 *
 * so that nearly all of it is products of matrices.
 * @param rows  offset of x, [n, step]
 */
export function reflectRows(
  arena: Arena,
  n: number,
  reflectors: number,
  tau: number,
  rows: number,
  step: number,
): void {
  const { f64, i32 } = arena;
  const factors = arena.doubles(n * TOGETHER);
  const products = arena.doubles(TOGETHER * TOGETHER);
  const along = arena.doubles(2 * ROWS * TOGETHER);
  const combined = along + ROWS * TOGETHER;
  const [xRows, alongRows, combinedRows] = [0, 1, 2].map(() => arena.integers(ROWS));
  const [uRows, factorRows] = [arena.integers(n), arena.integers(n)];
  for (let m = 1; m < n; m++) {
    i32[uRows + m] = reflectors + m * n;
    i32[factorRows + m] = factors + m * TOGETHER;
  }
  for (let r = 0; r < ROWS; r++) {
    i32[alongRows + r] = along + r * TOGETHER;
    i32[combinedRows + r] = combined + r * TOGETHER;
  }
  for (let from = 1; from < n; from += TOGETHER) {
    const to = Math.min(n, from + TOGETHER);
    f64.fill(0, products, products + TOGETHER * TOGETHER);
    arena.rowDots(to - from, to - from, to - 1, uRows + from, uRows + from, products, TOGETHER);
    const own = factors + from * TOGETHER;
    combine(f64, to - from, products, tau + from, own);
  }
  for (let first = 0; first < n; first += ROWS) {
    const count = Math.min(ROWS, n - first);
    for (let r = 0; r < count; r++) i32[xRows + r] = rows + (first + r) * step;
    for (let from = 1; from < n; from += TOGETHER) {
      const to = Math.min(n, from + TOGETHER);
      const [own, length] = [to - from, to - 1]; // u has entries before its row
      f64.fill(0, along, along + 2 * ROWS * TOGETHER);
      arena.rowDots(count, own, length, xRows, uRows + from, along, TOGETHER);
      arena.rowDots(count, own, own, alongRows, factorRows + from, combined, TOGETHER);
      arena.rowProduct(count, length, own, combinedRows, 1, uRows + from, xRows, 0);
    }
  }
}

/** −S [count, 32] of reflectors with the products uᵀu and τ of each. */
function combine(
  f64: Float64Array,
  count: number,
  products: number,
  tau: number,
  factors: number,
): void {
  for (let m = 0; m < count; m++) {
    const row = factors + m * TOGETHER;
    for (let l = 0; l < m; l++) {
      let sum = 0;
      for (let k = l; k < m; k++)
        sum += f64[products + m * TOGETHER + k] * f64[factors + k * TOGETHER + l];
      f64[row + l] = -f64[tau + m] * sum;
    }
    f64[row + m] = -f64[tau + m];
  }
}

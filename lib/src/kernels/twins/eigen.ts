import type { Views } from "../views.js";

/**
 * A row whose sum of squares lies below is taken as zero: of smaller sums the leading bits are
 * lost, and 1 − τ u uᵀ would not be orthogonal. Beside entries of order one it is 1e-145.
 */
export const NEGLIGIBLE = 1e-290;

/**
 * Householder reduction A = Q T Qᵀ of a symmetric matrix (row-major, lower triangle read,
 * destroyed) to tridiagonal T. The reflectors may take the place of the matrix.
 *
 * diagonal[i] = T_ii, offDiagonal[i] = T_{i,i−1} (entry 0 is 0), Q = H_{n−1} … H_1 with H_i = 1 −
 * τ_i u_i u_iᵀ; u_i has i entries, the last one 1, and fills row i of `reflectors`. τ_i = 0 and u_i
 * = 0 where row i is tridiagonal already, to 1e-145. Sums of squares are formed without scaling:
 * the largest entry must be of order one.
 */
export function tridiagonalise(
  { f64 }: Views,
  n: number,
  a: number,
  diagonal: number,
  offDiagonal: number,
  reflectors: number,
  tau: number,
  scratch: number,
): void {
  const [w, p] = [scratch, scratch + n];
  for (let m = n - 1; m > 0; m--) {
    const row = a + m * n;
    const u = reflectors + m * n;
    f64[diagonal + m] = f64[row + m];
    const alpha = f64[row + m - 1];
    let rest = 0;
    for (let j = 0; j < m - 1; j++) rest += f64[row + j] * f64[row + j];
    if (rest < NEGLIGIBLE) {
      f64.fill(0, u, u + n);
      f64[offDiagonal + m] = alpha;
      f64[tau + m] = 0;
      continue;
    }
    const beta = alpha >= 0 ? -Math.sqrt(rest + alpha * alpha) : Math.sqrt(rest + alpha * alpha);
    const t = (beta - alpha) / beta;
    for (let j = 0; j < m - 1; j++) f64[u + j] = f64[row + j] / (alpha - beta);
    f64[u + m - 1] = 1;
    f64.fill(0, u + m, u + n);
    f64[offDiagonal + m] = beta;
    f64[tau + m] = t;
    // H A H = A − u wᵀ − w uᵀ with w = τ p − ½ τ² (pᵀu) u, p = A u
    let pu = 0;
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let j = 0; j < m; j++) sum += f64[j <= i ? a + i * n + j : a + j * n + i] * f64[u + j];
      f64[p + i] = sum;
      pu += sum * f64[u + i];
    }
    for (let i = 0; i < m; i++) f64[w + i] = t * f64[p + i] - 0.5 * t * t * pu * f64[u + i];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j <= i; j++)
        f64[a + i * n + j] -= f64[u + i] * f64[w + j] + f64[w + i] * f64[u + j];
    }
  }
  f64[diagonal] = f64[a];
  f64.fill(0, reflectors, reflectors + n);
  f64[offDiagonal] = 0;
}

import { tensor, type Rng, type Tensor } from "phaselens/core";

/** Symmetric matrix with independent normal entries. */
export function randomSymmetric(n: number, rng: Rng): Tensor {
  const matrix = tensor([n, n]);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) matrix.data[i * n + j] = matrix.data[j * n + i] = rng.normal();
  return matrix;
}

/** A B of square or rectangular matrices, by the definition. */
export function product(a: Tensor, b: Tensor): Tensor {
  const [m, depth] = a.shape;
  const [, n] = b.shape;
  const c = tensor([m, n]);
  for (let i = 0; i < m; i++)
    for (let k = 0; k < depth; k++)
      for (let j = 0; j < n; j++) c.data[i * n + j] += a.data[i * depth + k] * b.data[k * n + j];
  return c;
}

export function transpose(a: Tensor): Tensor {
  const [m, n] = a.shape;
  const t = tensor([n, m]);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) t.data[j * m + i] = a.data[i * n + j];
  return t;
}

export function identity(n: number): Tensor {
  return diagonalMatrix(new Float64Array(n).fill(1));
}

export function diagonalMatrix(values: ArrayLike<number>): Tensor {
  const n = values.length;
  const matrix = tensor([n, n]);
  for (let i = 0; i < n; i++) matrix.data[i * n + i] = values[i];
  return matrix;
}

/** Q diag(values) Qᵀ with Q the product of n random reflections. */
export function withSpectrum(values: ArrayLike<number>, rng: Rng): Tensor {
  const n = values.length;
  const matrix = diagonalMatrix(values);
  for (let turn = 0; turn < n; turn++) {
    const u = Float64Array.from({ length: n }, () => rng.normal());
    const length = Math.hypot(...u);
    for (let i = 0; i < n; i++) u[i] /= length;
    reflectRows(matrix, u);
    matrix.data.set(transpose(matrix).data);
    reflectRows(matrix, u);
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) matrix.data[j * n + i] = matrix.data[i * n + j];
  return matrix;
}

/**
 * Σ v vᵀ over `rank` vectors of which about every other entry is zero and the rest span so many
 * decades: a Gram matrix with a degenerate zero eigenvalue, as of few samples or quiet units.
 */
export function gramOfFew(n: number, rank: number, decades: number, rng: Rng): Tensor {
  const matrix = tensor([n, n]);
  for (let r = 0; r < rank; r++) {
    const v = Float64Array.from({ length: n }, () =>
      rng.uniform() < 0.5 ? 0 : rng.normal() * 10 ** (-decades * rng.uniform()),
    );
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix.data[i * n + j] += v[i] * v[j];
  }
  return matrix;
}

/** A ← (1 − 2 u uᵀ) A. */
function reflectRows(matrix: Tensor, u: Float64Array): void {
  const n = u.length;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += u[i] * matrix.data[i * n + j];
    for (let i = 0; i < n; i++) matrix.data[i * n + j] -= 2 * u[i] * sum;
  }
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference; // NaN stays
  }
  return largest;
}

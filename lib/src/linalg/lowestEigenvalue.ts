import type { Tensor } from "../core/tensor.js";
import { lanczos } from "./lanczos.js";
import { denseOperator, squareDimension } from "./operator.js";
import { symmetricEigenvalues } from "./symmetricEigen.js";

// Smaller matrices are reduced as fast as they are multiplied.
const KRYLOV_FROM = 128;
const TOLERANCE = 1e-12; // of the largest eigenvalue
// As long as a whole reduction at 740 rows; what has not settled by then is reduced.
const STEPS = 100;

/**
 * The lowest eigenvalue of a symmetric matrix [n, n], to 1e-12 of the largest: by Lanczos' method,
 * a few dozen products, where it stands apart from its neighbours, else by reduction to
 * tridiagonal form.
 * @throws as `symmetricEigenvalues`
 */
export function lowestEigenvalue(matrix: Tensor): number {
  const n = squareDimension(matrix, "lowestEigenvalue");
  if (n >= KRYLOV_FROM && isSymmetric(matrix)) {
    const { values, residuals } = lanczos(denseOperator(matrix), {
      tolerance: TOLERANCE,
      maxSteps: STEPS,
      partial: true,
    });
    if (residuals[0] <= TOLERANCE * largestEntry(matrix)) return values[0];
  }
  return symmetricEigenvalues(matrix)[0];
}

/** False also for NaN and ±∞, which the reduction names. */
function isSymmetric(matrix: Tensor): boolean {
  const [n] = matrix.shape;
  const { data } = matrix;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) if (data[i * n + j] - data[j * n + i] !== 0) return false;
  return true;
}

/** A lower bound of the largest |eigenvalue|. */
function largestEntry(matrix: Tensor): number {
  let largest = 0;
  for (const value of matrix.data) largest = Math.max(largest, Math.abs(value));
  return largest;
}

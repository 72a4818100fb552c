import { NumericalError } from "../core/errors.js";
import { cell, type NativeBlas } from "../core/native/load.js";
import { tensor, type Tensor } from "../core/tensor.js";

/** L in the lower triangle of a row-major matrix, and the solves with it. */
export interface NativeFactor {
  readonly data: Float64Array;
  /** Row r of the result is A⁻¹ applied to row r of `rightHandSides` [m, n]. */
  solve(rightHandSides: Tensor): Tensor;
}

/**
 * LAPACK's dpotrf and dpotrs; the lower triangle is read.
 * @returns the factor, or the index of the first pivot that is not positive
 */
export function nativeCholesky(blas: NativeBlas, matrix: Tensor): NativeFactor | number {
  const n = matrix.shape[0];
  const data = matrix.data.slice();
  const [size, info] = [cell(n), cell(0)];
  blas.dpotrf("U", size, data, size, info); // column by column, so our lower triangle
  if (info[0] > 0) return info[0] - 1;
  for (let i = 0; i < n; i++) if (!(data[i * n + i] > 0)) return i; // NaN is let through
  if (info[0] < 0)
    throw new NumericalError(
      `cholesky: dpotrf of ${blas.name} refused argument ${-info[0]}. Set PHASELENS_BLAS=off to use the project's own.`,
      { info: info[0] },
    );
  return {
    data,
    solve: (rightHandSides) => {
      const solution = tensor(rightHandSides.shape, rightHandSides.data.slice());
      blas.dpotrs("U", size, cell(solution.shape[0]), data, size, solution.data, size, info);
      return solution;
    },
  };
}

import { NumericalError } from "../core/errors.js";
import { cell, type NativeBlas } from "../core/native/load.js";
import type { Tensor } from "../core/tensor.js";
import type { Factor } from "./blockedCholesky.js";
import { gatherRow, scatterRow } from "./decoupledParts.js";

/** Right-hand sides that are solved for together: enough for the library, few for the memory. */
const ROWS = 1024;

/**
 * LAPACK's dpotrf and dpotrs; the lower triangle is read.
 * @returns the factor, or the index of the first pivot that is not positive
 */
export function nativeCholesky(blas: NativeBlas, matrix: Tensor): Factor | number {
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
    solve: (rightHandSides, part, solution) => {
      const [m] = rightHandSides.shape;
      const rows = new Float64Array(Math.min(m, ROWS) * n);
      for (let first = 0; first < m; first += ROWS) {
        const count = Math.min(ROWS, m - first);
        for (let r = 0; r < count; r++) gatherRow(rightHandSides, first + r, part, rows, r * n);
        blas.dpotrs("U", size, cell(count), data, size, rows, size, info);
        for (let r = 0; r < count; r++) scatterRow(rows, r * n, part, solution, first + r);
      }
    },
  };
}

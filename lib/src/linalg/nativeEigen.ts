import { NumericalError } from "../core/errors.js";
import { cell, type NativeBlas } from "../core/native/load.js";
import { tensor, type Tensor } from "../core/tensor.js";

/** Columns that LAPACK reduces together, or more. */
const BLOCK = 64;

/**
 * LAPACK's dsyevd: eigenvalues ascending and, if wanted, row k of `vectors` the eigenvector of
 * value k. The lower triangle of `matrix` / `scale` is read, the values are given back times
 * `scale`.
 * @throws NumericalError if the algorithm does not converge
 */
export function nativeEigen(
  blas: NativeBlas,
  matrix: Tensor,
  scale: number,
  withVectors: boolean,
): { values: Float64Array; vectors: Tensor } {
  const n = matrix.shape[0];
  const vectors = tensor([n, n]);
  // a power of two, so the reciprocal is exact
  for (let k = 0, factor = 1 / scale; k < n * n; k++) vectors.data[k] = matrix.data[k] * factor;
  const values = new Float64Array(n);
  // Sizes of the workspace as LAPACK's documentation gives them. The least for eigenvalues alone,
  // 2n + 1, would have the reduction go column by column, which takes twice as long.
  const [lwork, liwork] = withVectors ? [1 + 6 * n + 2 * n * n, 3 + 5 * n] : [(2 + BLOCK) * n, 1];
  const info = cell(0);
  const [size, work, iwork] = [cell(n), new Float64Array(lwork), new Int32Array(2 * liwork)];
  blas.dsyevd(
    withVectors ? "V" : "N",
    "U", // column by column, so our lower triangle
    size,
    vectors.data,
    size,
    values,
    work,
    cell(lwork),
    iwork,
    cell(liwork),
    info,
  );
  if (info[0] !== 0)
    throw new NumericalError(
      `symmetricEigen: dsyevd of ${blas.name} ended with info ${info[0]}. Set PHASELENS_BLAS=off to use the project's own.`,
      { info: info[0] },
    );
  return { values: values.map((value) => value * scale), vectors };
}

import { NumericalError } from "../core/errors.js";
import { cell, type NativeBlas } from "../core/native/load.js";
import { setScaled } from "./setScaled.js";
import { tensor, type Tensor } from "../core/tensor.js";

/**
 * Columns that dsytrd reduces together, which its workspace decides: with LAPACK's own 32 it takes
 * 3 to 10 % longer at 400, 740 and 1500 rows.
 */
const TOGETHER = 16;

/**
 * LAPACK's dsyevd: eigenvalues ascending, row k of `vectors` the eigenvector of value k. The lower
 * triangle of `matrix` / `scale` is read, the values are given back times `scale`.
 * @throws NumericalError if the algorithm does not converge
 */
export function nativeEigen(
  blas: NativeBlas,
  matrix: Tensor,
  scale: number,
): { values: Float64Array; vectors: Tensor } {
  const n = matrix.shape[0];
  const vectors = tensor([n, n]);
  setScaled(vectors.data, matrix, scale);
  const values = new Float64Array(n);
  // sizes of the workspace as LAPACK's documentation gives them
  const [lwork, liwork] = [1 + 6 * n + 2 * n * n, 3 + 5 * n];
  const info = cell(0);
  const [size, work, iwork] = [cell(n), new Float64Array(lwork), new Int32Array(2 * liwork)];
  blas.dsyevd(
    "V",
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
  mustBeZero(info[0], "dsyevd", blas);
  return { values: values.map((value) => value * scale), vectors };
}

/**
 * LAPACK's dsytrd: the tridiagonal form of `matrix` / `scale`, of which the lower triangle is read;
 * offDiagonal[i] = T_{i,i−1}, entry 0 is zero. For eigenvalues alone: LAPACK's way on from there
 * (dsterf) takes three times as long as `tridiagonalValues`.
 */
export function nativeTridiagonal(
  blas: NativeBlas,
  matrix: Tensor,
  scale: number,
): { diagonal: Float64Array; offDiagonal: Float64Array } {
  const n = matrix.shape[0];
  const a = new Float64Array(n * n);
  setScaled(a, matrix, scale);
  const [diagonal, offDiagonal, tau] = Array.from({ length: 3 }, () => new Float64Array(n));
  const [size, lwork, info] = [cell(n), cell(TOGETHER * n), cell(0)];
  const work = new Float64Array(TOGETHER * n);
  blas.dsytrd("U", size, a, size, diagonal, offDiagonal.subarray(1), tau, work, lwork, info);
  mustBeZero(info[0], "dsytrd", blas);
  return { diagonal, offDiagonal };
}

function mustBeZero(info: number, routine: string, blas: NativeBlas): void {
  if (info === 0) return;
  throw new NumericalError(
    `symmetricEigen: ${routine} of ${blas.name} ended with info ${info}. ` +
      "Set PHASELENS_BLAS=off to use the project's own.",
    { info },
  );
}

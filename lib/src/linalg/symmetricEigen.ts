import { oneOf } from "../core/oneOf.js";
import { row, tensor, type Tensor } from "../core/tensor.js";
import { makeArena, type Arena } from "../kernels/arena.js";
import { room } from "../kernels/room.js";
import { nativeBlas } from "../core/native/blas.js";
import { checkSymmetric } from "./checkSymmetric.js";
import { blockOf, decoupledParts } from "./decoupledParts.js";
import { divideAndConquer, divisionRoom, rowLengthOf } from "./divideAndConquer.js";
import { squareDimension } from "./operator.js";
import { nativeEigen, nativeTridiagonal } from "./nativeEigen.js";
import { setScaled } from "./setScaled.js";
import { reflectionRoom, reflectRows } from "./reflectRows.js";
import { tridiagonalRoom, tridiagonalValues } from "./tridiagonalValues.js";

/**
 * Spectrum of a real symmetric matrix: values ascending, row k of `vectors` [n, n] the unit
 * eigenvector of values[k].
 */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Tensor;
}

// Where a native LAPACK is there, matrices from here on go to it.
const NATIVE_FROM = 64;

/**
 * Eigenvalues of a symmetric matrix [n, n], ascending, in 4/3 n³ operations: Householder reduction
 * and QL without square roots. The lower triangle is read; absolute error a few √n ε‖A‖. Rows that
 * nothing couples are taken apart first (`decoupledParts`), and n is then the size of the largest
 * part.
 *
 * @throws ShapeError if the matrix is not square, NumericalError if it holds NaN or ±∞ or is not
 *   symmetric to 1e-5 of its largest entry
 */
export function symmetricEigenvalues(
  matrix: Tensor,
  backend: "auto" | "typescript" = "auto",
): Float64Array {
  const n = squareDimension(matrix, "symmetricEigenvalues");
  oneOf(backend, ["auto", "typescript"], "symmetricEigenvalues: the backend");
  const largest = checkSymmetric(matrix, "symmetricEigenvalues");
  const values = new Float64Array(n);
  let found = 0;
  for (const part of decoupledParts(matrix)) {
    values.set(valuesOf(partOf(matrix, largest, part), backend), found);
    found += part.length;
  }
  return values.sort();
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [n, n]: A = Σ_k values[k] v_k v_kᵀ. Reads,
 * errors and accuracy as `symmetricEigenvalues`; eigenvectors, by divide and conquer
 * (`divideAndConquer`), are orthonormal to a few ε whatever the gaps, and exactly zero in rows of
 * another part. The sign of each is arbitrary.
 */
export function symmetricEigen(
  matrix: Tensor,
  backend: "auto" | "typescript" = "auto",
): SymmetricEigen {
  const n = squareDimension(matrix, "symmetricEigen");
  oneOf(backend, ["auto", "typescript"], "symmetricEigen: the backend");
  const largest = checkSymmetric(matrix, "symmetricEigen");
  const parts = decoupledParts(matrix);
  if (parts.length === 1) return eigenOf({ matrix, scale: scaleOf(largest) }, backend);
  const pairs = parts.flatMap((part) => {
    const { values, vectors } = eigenOf(partOf(matrix, largest, part), backend);
    return Array.from(values, (value, k) => ({ value, part, vector: row(vectors, k) }));
  });
  pairs.sort((a, b) => a.value - b.value);
  const vectors = tensor([n, n]);
  pairs.forEach(({ part, vector }, k) => {
    for (let i = 0; i < part.length; i++) vectors.data[k * n + part[i]] = vector[i];
  });
  return { values: Float64Array.from(pairs, ({ value }) => value), vectors };
}

/** What `decoupledParts` finds. */
interface Part {
  readonly matrix: Tensor;
  /**
   * One, or a power of two near the largest entry, so that squares of entries over it neither over-
   * nor underflow.
   */
  readonly scale: number;
}

/** @param largest  entry of the whole matrix */
function partOf(whole: Tensor, largest: number, part: Int32Array): Part {
  const matrix = blockOf(whole, part);
  return { matrix, scale: scaleOf(matrix === whole ? largest : largestEntry(matrix)) };
}

/** Eigenvalues, ascending. */
function valuesOf({ matrix, scale }: Part, backend: "auto" | "typescript"): Float64Array {
  const [n] = matrix.shape;
  if (n === 1) return matrix.data;
  const blas = backend === "auto" && n >= NATIVE_FROM ? nativeBlas() : undefined;
  const doubles = tridiagonalRoom(n) + (blas ? 0 : reductionDoubles(n));
  const arena = makeArena({ doubles }, backend);
  const { diagonal, offDiagonal } = blas
    ? nativeTridiagonal(blas, matrix, scale)
    : reduce(arena, matrix, scale);
  return tridiagonalValues(arena, diagonal, offDiagonal).map((value) => value * scale);
}

/** Eigenvalues, ascending, and eigenvectors. */
function eigenOf({ matrix, scale }: Part, backend: "auto" | "typescript"): SymmetricEigen {
  const [n] = matrix.shape;
  if (n === 1) return { values: matrix.data.slice(), vectors: tensor([1, 1], [1]) };
  const blas = backend === "auto" && n >= NATIVE_FROM ? nativeBlas() : undefined;
  if (blas) return nativeEigen(blas, matrix, scale);
  const step = rowLengthOf(n);
  const division = divisionRoom(n);
  const back = reflectionRoom(n);
  const arena = makeArena(
    {
      doubles: reductionDoubles(n) + 2 * n * step + division.doubles + back.doubles,
      integers: division.integers + back.integers,
    },
    backend,
  );
  const { diagonal, offDiagonal, reflectors, tau } = reduce(arena, matrix, scale);
  const [rows, spare] = [arena.doubles(n * step), arena.doubles(n * step)];
  divideAndConquer(arena, diagonal, offDiagonal, { vectors: rows, spare, step });
  reflectRows(arena, n, reflectors, tau, rows, step);
  const vectors = tensor([n, n]);
  for (let k = 0; k < n; k++)
    vectors.data.set(arena.f64.subarray(rows + k * step, rows + k * step + n), k * n);
  return { values: diagonal.map((value) => value * scale), vectors };
}

/** Of the matrix, in whose place the reflectors come, and what `tridiagonalise` takes beside it. */
function reductionDoubles(n: number): number {
  return n * n + 3 * n + room("tridiagonalise", "scratch", { n });
}

function largestEntry({ data }: Tensor): number {
  let largest = 0;
  for (let k = 0; k < data.length; k++) {
    const size = Math.abs(data[k]);
    if (size > largest) largest = size;
  }
  return largest;
}

function scaleOf(largest: number): number {
  // squares of such entries stay in range, and are those of the scaled ones to the last bit
  if (largest === 0 || (largest > 2 ** -40 && largest < 2 ** 40)) return 1;
  // 2^±1000 at most: the scale and its inverse must both be numbers
  return 2 ** Math.max(-1000, Math.min(1000, Math.round(Math.log2(largest))));
}

/** The tridiagonal form of matrix / scale. */
function reduce(
  arena: Arena,
  matrix: Tensor,
  scale: number,
): {
  diagonal: Float64Array;
  offDiagonal: Float64Array;
  reflectors: number;
  tau: number;
} {
  const n = matrix.shape[0];
  const reflectors = arena.doubles(n * n);
  const [diagonal, offDiagonal, tau] = Array.from({ length: 3 }, () => arena.doubles(n));
  const scratch = arena.doubles(room("tridiagonalise", "scratch", { n }));
  setScaled(arena.f64.subarray(reflectors, reflectors + n * n), matrix, scale);
  arena.tridiagonalise(n, reflectors, diagonal, offDiagonal, reflectors, tau, scratch);
  const copy = (offset: number): Float64Array => arena.f64.slice(offset, offset + n);
  return { diagonal: copy(diagonal), offDiagonal: copy(offDiagonal), reflectors, tau };
}

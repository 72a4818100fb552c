import { NumericalError } from "../core/errors.js";
import { oneOf } from "../core/oneOf.js";
import { checkFinite, row, tensor, type Tensor } from "../core/tensor.js";
import { makeArena, type Arena } from "../kernels/arena.js";
import { PANEL } from "../kernels/twins/eigen.js";
import { nativeBlas } from "../core/native/blas.js";
import { blockOf, decoupledParts } from "./decoupledParts.js";
import { squareDimension } from "./operator.js";
import { nativeEigen } from "./nativeEigen.js";
import { implicitQl } from "./tridiagonal.js";

/**
 * Spectrum of a real symmetric matrix: values ascending, row k of `vectors` [n, n] the unit
 * eigenvector of values[k].
 */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Tensor;
}

// Larger differences between A_ij and A_ji are a mistake, not rounding: float32 files keep 1e-7.
const ASYMMETRY = 1e-5;
// Rotations are applied in chunks that stay in the second-level cache while they pass over all
// panels.
const ROTATIONS_IN_CHUNK = 16384;
// Where a native LAPACK is there, matrices from here on go to it.
const NATIVE_FROM = 64;

/**
 * Eigenvalues of a symmetric matrix [n, n], ascending, in 4/3 n³ operations: Householder reduction
 * and implicit QL. The lower triangle is read; absolute error a few ε‖A‖. Rows that nothing couples
 * are taken apart first (`decoupledParts`), and n is then the size of the largest part.
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
  checkSymmetric(matrix, "symmetricEigenvalues");
  const values = new Float64Array(n);
  let found = 0;
  for (const part of decoupledParts(matrix)) {
    values.set(valuesOf(blockOf(matrix, part), backend), found);
    found += part.length;
  }
  return values.sort();
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [n, n]: A = Σ_k values[k] v_k v_kᵀ. Reads,
 * errors and accuracy as
 * `symmetricEigenvalues`; eigenvectors are orthonormal to a few ε whatever the gaps, and exactly
 * zero in rows of another part. The sign of each is arbitrary.
 */
export function symmetricEigen(
  matrix: Tensor,
  backend: "auto" | "typescript" = "auto",
): SymmetricEigen {
  const n = squareDimension(matrix, "symmetricEigen");
  oneOf(backend, ["auto", "typescript"], "symmetricEigen: the backend");
  checkSymmetric(matrix, "symmetricEigen");
  const parts = decoupledParts(matrix);
  if (parts.length === 1) return eigenOf(matrix, backend);
  const pairs = parts.flatMap((part) => {
    const { values, vectors } = eigenOf(blockOf(matrix, part), backend);
    return Array.from(values, (value, k) => ({ value, part, vector: row(vectors, k) }));
  });
  pairs.sort((a, b) => a.value - b.value);
  const vectors = tensor([n, n]);
  pairs.forEach(({ part, vector }, k) => {
    for (let i = 0; i < part.length; i++) vectors.data[k * n + part[i]] = vector[i];
  });
  return { values: Float64Array.from(pairs, ({ value }) => value), vectors };
}

/** Eigenvalues, ascending, of a matrix of one part. */
function valuesOf(matrix: Tensor, backend: "auto" | "typescript"): Float64Array {
  const [n] = matrix.shape;
  if (n === 1) return matrix.data;
  const blas = backend === "auto" && n >= NATIVE_FROM ? nativeBlas() : undefined;
  if (blas) return nativeEigen(blas, matrix, scaleOf(matrix), false).values;
  const arena = makeArena({ doubles: reductionDoubles(n) }, backend);
  const { diagonal, offDiagonal, scale } = reduce(arena, matrix);
  implicitQl(diagonal, offDiagonal);
  return diagonal.sort().map((value) => value * scale);
}

/** Eigenvalues, ascending, and eigenvectors of a matrix of one part. */
function eigenOf(matrix: Tensor, backend: "auto" | "typescript"): SymmetricEigen {
  const [n] = matrix.shape;
  if (n === 1) return { values: matrix.data.slice(), vectors: tensor([1, 1], [1]) };
  const blas = backend === "auto" && n >= NATIVE_FROM ? nativeBlas() : undefined;
  if (blas) return nativeEigen(blas, matrix, scaleOf(matrix), true);
  const panels = Math.ceil(n / PANEL);
  const rotationCount = Math.max(ROTATIONS_IN_CHUNK, n);
  const arena = makeArena(
    {
      doubles: reductionDoubles(n) + panels * PANEL * n + 2 * rotationCount,
      integers: 2 * rotationCount,
    },
    backend,
  );
  const { diagonal, offDiagonal, scale, reflectors, tau } = reduce(arena, matrix);

  // Panel k holds columns 8k … 8k + 7 of Vᵀ, which starts as the unit matrix: rows turn from basis
  // vectors into eigenvectors
  const panel = arena.doubles(panels * PANEL * n);
  for (let i = 0; i < n; i++) arena.f64[panel + at(n, i, i)] = 1;
  arena.applyReflectors(n, reflectors, tau, panels, panel);
  const ranges = arena.integers(2 * rotationCount);
  const rotations = arena.doubles(2 * rotationCount);
  implicitQl(diagonal, offDiagonal, {
    ranges: arena.i32.subarray(ranges, ranges + 2 * rotationCount),
    rotations: arena.f64.subarray(rotations, rotations + 2 * rotationCount),
    flush: (sweeps) => arena.applyRotations(n, sweeps, ranges, rotations, panels, panel),
  });

  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[i] - diagonal[j]);
  const vectors = tensor([n, n]);
  order.forEach((source, k) => {
    for (let j = 0; j < n; j++) vectors.data[k * n + j] = arena.f64[panel + at(n, source, j)];
  });
  return { values: Float64Array.from(order, (i) => diagonal[i] * scale), vectors };
}

/** Place of entry (row, column) in the panels. */
function at(n: number, row: number, column: number): number {
  return Math.floor(column / PANEL) * n * PANEL + row * PANEL + (column % PANEL);
}

function reductionDoubles(n: number): number {
  return 2 * n * n + 5 * n;
}

function largestEntry({ data }: Tensor): number {
  let largest = 0;
  for (let k = 0; k < data.length; k++) {
    const size = Math.abs(data[k]);
    if (size > largest) largest = size;
  }
  return largest;
}

/**
 * A power of two near the largest entry, so that squares of entries over it neither over- nor
 * underflow.
 */
function scaleOf(matrix: Tensor): number {
  const largest = largestEntry(matrix);
  // 2^±1000 at most: the scale and its inverse must both be numbers
  return largest === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, Math.round(Math.log2(largest))));
}

/** The tridiagonal form of matrix / scale. */
function reduce(
  arena: Arena,
  matrix: Tensor,
): {
  diagonal: Float64Array;
  offDiagonal: Float64Array;
  scale: number;
  reflectors: number;
  tau: number;
} {
  const n = matrix.shape[0];
  const scale = scaleOf(matrix);
  const a = arena.doubles(n * n);
  const reflectors = arena.doubles(n * n);
  const [diagonal, offDiagonal, tau, w, p] = Array.from({ length: 5 }, () => arena.doubles(n));
  for (let k = 0; k < n * n; k++) arena.f64[a + k] = matrix.data[k] / scale;
  arena.tridiagonalise(n, a, diagonal, offDiagonal, reflectors, tau, w, p);
  const copy = (offset: number): Float64Array => arena.f64.slice(offset, offset + n);
  return { diagonal: copy(diagonal), offDiagonal: copy(offDiagonal), scale, reflectors, tau };
}

/** Rows and columns that are compared at a time, so that both stay in the first-level cache. */
const TILE = 32;

function checkSymmetric(matrix: Tensor, caller: string): void {
  checkFinite(matrix.data, caller);
  const [n] = matrix.shape;
  const { data } = matrix;
  const allowed = ASYMMETRY * largestEntry(matrix);
  for (let rows = 0; rows < n; rows += TILE) {
    for (let columns = 0; columns <= rows; columns += TILE) {
      for (let i = rows; i < Math.min(rows + TILE, n); i++) {
        const stop = Math.min(columns + TILE, i);
        for (let j = columns, mirrored = columns * n + i; j < stop; j++, mirrored += n)
          if (Math.abs(data[i * n + j] - data[mirrored]) > allowed)
            throw asymmetric(matrix, i, j, caller);
      }
    }
  }
}

function asymmetric(
  { shape: [n], data }: Tensor,
  i: number,
  j: number,
  caller: string,
): NumericalError {
  const [lower, upper] = [data[i * n + j], data[j * n + i]];
  return new NumericalError(
    `${caller}: entry (${i}, ${j}) is ${lower}, entry (${j}, ${i}) is ${upper}. Pass a symmetric matrix, e.g. (A + Aᵀ)/2.`,
    { i, j },
  );
}

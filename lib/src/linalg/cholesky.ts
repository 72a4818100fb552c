import { NumericalError, ShapeError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { makeArena, type Arena } from "../kernels/arena.js";
import { nativeBlas } from "../core/native/blas.js";
import type { NativeBlas } from "../core/native/load.js";
import { nativeCholesky } from "./nativeCholesky.js";
import { squareDimension } from "./operator.js";

/** A = L Lᵀ of a positive definite matrix, ready to solve with. */
export interface CholeskyFactor {
  readonly dimension: number;
  /** log det A. */
  readonly logDeterminant: number;
  /** L, [n, n], zero above the diagonal; a copy. */
  lower(): Tensor;
  /** A⁻¹ b for one right-hand side of length n. */
  solve(b: Float64Array): Float64Array;
  /** Row r of the result is A⁻¹ applied to row r of `rightHandSides` [m, n]. */
  solveMany(rightHandSides: Tensor): Tensor;
}

// Columns that are factorised or solved at once: wide enough for the product kernel to carry nearly
// all the work, narrow enough that the triangular rest in TypeScript stays below a tenth of the
// time.
const BLOCK = 32;
// Where a native LAPACK is there, matrices from here on go to it; below the call is as long.
const NATIVE_FROM = 64;
// Right-hand sides that pass through the factor together.
const ROWS = 128;

/**
 * Cholesky factorisation of a symmetric positive definite matrix [n, n] in n³/3 multiplications and
 * additions; the lower triangle is read. Backward stable: ‖A − L Lᵀ‖ ≈ n ε ‖A‖.
 *
 * @throws NumericalError naming the pivot if the matrix is not positive definite, or if it holds
 *   NaN or ±∞
 * @throws ShapeError if it is not square
 */
export function cholesky(matrix: Tensor, backend: "auto" | "typescript" = "auto"): CholeskyFactor {
  const n = squareDimension(matrix, "cholesky");
  const blas = backend === "auto" && n >= NATIVE_FROM ? nativeBlas() : undefined;
  const { data, solve } = blas ? nativeFactor(blas, matrix) : ownFactor(matrix, backend);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(data[i * n + i]);
  return {
    dimension: n,
    logDeterminant,
    lower: () => {
      const lower = tensor([n, n]);
      for (let i = 0; i < n; i++) lower.data.set(data.subarray(i * n, i * n + i + 1), i * n);
      return lower;
    },
    solve: (b) => {
      if (b.length !== n) {
        throw new ShapeError(
          `cholesky, solve: expected ${n} entries, got ${b.length}. Pass a vector as long as the matrix.`,
        );
      }
      return solve(tensor([1, n], b)).data;
    },
    solveMany: (rightHandSides) => {
      if (rightHandSides.shape.length !== 2 || rightHandSides.shape[1] !== n) {
        throw new ShapeError(
          `cholesky, solveMany: expected [m, ${n}], got [${rightHandSides.shape}]. Pass one right-hand side a row.`,
        );
      }
      return solve(rightHandSides);
    },
  };
}

/** L in the lower triangle of `data` [n, n], whatever else lies there, and A⁻¹ on rows. */
interface Factor {
  readonly data: Float64Array;
  readonly solve: (rightHandSides: Tensor) => Tensor;
}

function nativeFactor(blas: NativeBlas, matrix: Tensor): Factor {
  const factor = nativeCholesky(blas, matrix);
  if (typeof factor !== "number") return factor;
  // the own factorisation says what is left at the pivot; it cannot get further
  return ownFactor(matrix, "auto");
}

function ownFactor(matrix: Tensor, backend: "auto" | "typescript"): Factor {
  const [n] = matrix.shape;
  const padded = Math.ceil(n / BLOCK) * BLOCK;
  const arena = makeArena(
    {
      doubles: n * n + padded * n + 3 * BLOCK * padded + ROWS * (n + BLOCK),
      integers: 4 * n + 3 * ROWS + BLOCK,
    },
    backend,
  );
  // L below the diagonal and Lᵀ above it, so that both substitutions find rows of B = Lᵀ or L that
  // are contiguous. The product kernel only adds: what is still to be factorised is kept as −A.
  const factor = arena.doubles(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) arena.f64[factor + i * n + j] = -matrix.data[i * n + j];
  const lists = {
    rows: arena.integers(n),
    panel: arena.integers(n),
    packed: arena.integers(n),
  };
  const packed = arena.doubles(n * BLOCK);
  for (let i = 0; i < n; i++) {
    arena.i32[lists.rows + i] = factor + i * n;
    arena.i32[lists.packed + i] = packed + i * BLOCK;
  }
  for (let start = 0; start < n; start += BLOCK)
    factorisePanel(arena, n, factor, lists, packed, start);
  return {
    data: arena.f64.subarray(factor, factor + n * n),
    solve: makeSolver(arena, n, factor),
  };
}

/**
 * Columns start … start + 32 of L, from −A there and the columns of L before them. The rows of the
 * product's right factor are brought together first: a page of memory apart, each would cost more
 * to find than to use.
 */
function factorisePanel(
  arena: Arena,
  n: number,
  factor: number,
  lists: { readonly rows: number; readonly panel: number; readonly packed: number },
  packed: number,
  start: number,
): void {
  const { f64, i32 } = arena;
  const stop = Math.min(start + BLOCK, n);
  for (let k = 0; k < start; k++)
    f64.copyWithin(packed + k * BLOCK, factor + k * n + start, factor + k * n + stop);
  // −A + L Lᵀ over the columns before: the negative of what is left to factorise
  for (let i = start; i < n; i++) i32[lists.panel + i] = factor + i * n + start;
  arena.rowProduct(
    n - start,
    stop - start,
    start,
    lists.rows + start,
    1,
    lists.packed,
    lists.panel + start,
    0,
  );
  for (let i = start; i < n; i++) {
    const row = factor + i * n;
    for (let j = start; j < Math.min(i + 1, stop); j++) {
      const other = factor + j * n;
      let sum = -f64[row + j];
      for (let k = start; k < j; k++) sum -= f64[row + k] * f64[other + k];
      if (j < i) f64[row + j] = sum / f64[other + j];
      else f64[row + j] = Math.sqrt(positivePivot(sum, i));
    }
  }
  for (let i = start; i < n; i++) {
    for (let j = start; j < Math.min(i, stop); j++)
      f64[factor + j * n + i] = f64[factor + i * n + j];
  }
}

function positivePivot(value: number, index: number): number {
  if (value > 0) return value;
  throw new NumericalError(
    `cholesky: pivot ${index} is ${value.toExponential(2)}; the matrix is not positive definite. ` +
      "Add a damping λ to its diagonal that exceeds minus its lowest eigenvalue.",
    { index, pivot: value },
  );
}

/**
 * Forward and backward substitution for up to 128 rows at a time, blocks of 32 columns, all of it
 * products.
 */
function makeSolver(arena: Arena, n: number, factor: number): (rightHandSides: Tensor) => Tensor {
  const { f64, i32 } = arena;
  const blocks = Math.ceil(n / BLOCK);
  const inverses = arena.doubles(blocks * BLOCK * BLOCK); // −(L_JJ)⁻¹, row-major with row length 32
  const transposed = arena.doubles(blocks * BLOCK * BLOCK); // and its transpose
  for (let block = 0; block < blocks; block++)
    invertDiagonalBlock(f64, n, factor, inverses, transposed, block);

  const rows = arena.doubles(ROWS * n);
  const rest = arena.doubles(ROWS * BLOCK);
  const [rowOffsets, restOffsets, aOffsets] = [
    arena.integers(ROWS),
    arena.integers(ROWS),
    arena.integers(ROWS),
  ];
  const inverseOffsets = arena.integers(BLOCK);
  for (let r = 0; r < ROWS; r++) i32[restOffsets + r] = rest + r * BLOCK;
  // column blocks of L and of Lᵀ, each with its rows of 32 next to one another
  const columns = arena.doubles(blocks * BLOCK * n);
  for (let block = 0; block < blocks; block++) {
    const start = block * BLOCK;
    const stop = Math.min(start + BLOCK, n);
    for (let k = 0; k < n; k++)
      f64.copyWithin(
        columns + (block * n + k) * BLOCK,
        factor + k * n + start,
        factor + k * n + stop,
      );
  }
  const columnRows = arena.integers(n);

  /**
   * y_J ← D (y_J − Σ_{k in [from, to)} y_k B_k,J), with D the inverse block (or its transpose) of
   * columns J.
   */
  const substitute = (
    count: number,
    block: number,
    from: number,
    to: number,
    inverse: number,
  ): void => {
    const start = block * BLOCK;
    const width = Math.min(BLOCK, n - start);
    for (let r = 0; r < count; r++) {
      i32[rowOffsets + r] = rows + r * n + start;
      i32[aOffsets + r] = rows + r * n + from;
      for (let j = 0; j < width; j++) {
        f64[rest + r * BLOCK + j] = -f64[rows + r * n + start + j];
        f64[rows + r * n + start + j] = 0;
      }
    }
    for (let k = from; k < to; k++) i32[columnRows + k - from] = columns + (block * n + k) * BLOCK;
    arena.rowProduct(count, width, to - from, aOffsets, 1, columnRows, restOffsets, 0);
    for (let k = 0; k < width; k++) i32[inverseOffsets + k] = inverse + (block * BLOCK + k) * BLOCK;
    // (−rest)(−inverse)
    arena.rowProduct(count, width, width, restOffsets, 1, inverseOffsets, rowOffsets);
  };

  return (rightHandSides) => {
    const [m] = rightHandSides.shape;
    const solution = tensor([m, n]);
    for (let first = 0; first < m; first += ROWS) {
      const count = Math.min(ROWS, m - first);
      f64.set(rightHandSides.data.subarray(first * n, (first + count) * n), rows);
      for (let block = 0; block < blocks; block++)
        substitute(count, block, 0, block * BLOCK, transposed); // y Lᵀ = b
      for (let block = blocks - 1; block >= 0; block--)
        substitute(count, block, Math.min(n, (block + 1) * BLOCK), n, inverses); // x L = y
      solution.data.set(f64.subarray(rows, rows + count * n), first * n);
    }
    return solution;
  };
}

/** −(L_JJ)⁻¹ of one diagonal block, column by column, and its transpose. */
function invertDiagonalBlock(
  f64: Float64Array,
  n: number,
  factor: number,
  inverses: number,
  transposed: number,
  block: number,
): void {
  const start = block * BLOCK;
  const width = Math.min(BLOCK, n - start);
  const inverse = inverses + start * BLOCK;
  for (let j = 0; j < width; j++) {
    for (let i = j; i < width; i++) {
      const row = factor + (start + i) * n + start;
      let sum = i === j ? -1 : 0;
      for (let k = j; k < i; k++) sum -= f64[row + k] * f64[inverse + k * BLOCK + j];
      f64[inverse + i * BLOCK + j] = sum / f64[row + i];
      f64[transposed + start * BLOCK + j * BLOCK + i] = f64[inverse + i * BLOCK + j];
    }
  }
}

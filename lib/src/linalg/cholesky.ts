import { ShapeError } from "../core/errors.js";
import { oneOf } from "../core/oneOf.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { nativeBlas } from "../core/native/blas.js";
import { blockedCholesky, positivePivot, type Factor } from "./blockedCholesky.js";
import { blockOf, decoupledParts } from "./decoupledParts.js";
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

// Where a native LAPACK is there, matrices from here on go to it; below the call is as long.
const NATIVE_FROM = 64;

/**
 * Cholesky factorisation of a symmetric positive definite matrix [n, n] in n³/3 multiplications and
 * additions; the lower triangle is read. Backward stable: ‖A − L Lᵀ‖ ≈ n ε ‖A‖. Rows that nothing
 * couples are taken apart first (`decoupledParts`), and n is then the size of the largest part.
 *
 * @throws NumericalError naming the pivot if the matrix is not positive definite, or if it holds
 *   NaN or ±∞
 * @throws ShapeError if it is not square
 */
export function cholesky(matrix: Tensor, backend: "auto" | "typescript" = "auto"): CholeskyFactor {
  const n = squareDimension(matrix, "cholesky");
  oneOf(backend, ["auto", "typescript"], "cholesky: the backend");
  const parts = decoupledParts(matrix);
  const alone = singleRows(matrix, parts);
  const blocks = parts
    .filter((part) => part.length > 1 || n === 1)
    .map((part) => ({ part, factor: factorOf(blockOf(matrix, part), backend, part) }));
  let logDeterminant = alone.values.reduce((sum, value) => sum + Math.log(value), 0);
  for (const { part, factor } of blocks)
    for (let k = 0; k < part.length; k++)
      logDeterminant += 2 * Math.log(factor.data[k * part.length + k]);
  const solve = (rightHandSides: Tensor): Tensor => {
    const solution = tensor(rightHandSides.shape);
    solveAlone(rightHandSides, alone, solution);
    for (const { part, factor } of blocks) factor.solve(rightHandSides, part, solution);
    return solution;
  };
  return {
    dimension: n,
    logDeterminant,
    lower: () => {
      const lower = tensor([n, n]);
      alone.rows.forEach((i, k) => (lower.data[i * n + i] = Math.sqrt(alone.values[k])));
      for (const { part, factor } of blocks)
        part.forEach((i, k) => {
          for (let l = 0; l <= k; l++)
            lower.data[i * n + part[l]] = factor.data[k * part.length + l];
        });
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

/** Rows with nothing but their diagonal entry. */
interface Alone {
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

function singleRows({ shape: [n], data }: Tensor, parts: readonly Int32Array[]): Alone {
  const rows = Int32Array.from(n === 1 ? [] : parts.flatMap((p) => (p.length === 1 ? [p[0]] : [])));
  return { rows, values: Float64Array.from(rows, (i) => positivePivot(data[i * n + i], i)) };
}

function factorOf(matrix: Tensor, backend: "auto" | "typescript", names: Int32Array): Factor {
  const blas = backend === "auto" && names.length >= NATIVE_FROM ? nativeBlas() : undefined;
  const factor = blas && nativeCholesky(blas, matrix);
  if (typeof factor === "object") return factor;
  // where the library stops, the own factorisation says what is left at the pivot
  return blockedCholesky(matrix, backend, names);
}

/** Columns of the solution that nothing couples. */
function solveAlone(rightHandSides: Tensor, { rows, values }: Alone, solution: Tensor): void {
  const [m, n] = rightHandSides.shape;
  for (let at = 0; at < m * n; at += n)
    for (let k = 0; k < rows.length; k++)
      solution.data[at + rows[k]] = rightHandSides.data[at + rows[k]] / values[k];
}

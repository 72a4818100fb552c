import { NumericalError } from "../core/errors.js";
import type { Tensor } from "../core/tensor.js";
import { makeArena, type Arena } from "../kernels/arena.js";
import { BLOCK, blockedSolver, solverRoom } from "./blockedSolver.js";

/** L in the lower triangle of `data` [n, n], whatever else lies there, and A⁻¹ on rows. */
export interface Factor {
  readonly data: Float64Array;
  /**
   * Row r of `solution` becomes A⁻¹ applied to row r of `rightHandSides`, both [m, N], in the n
   * columns `part` alone.
   */
  solve(rightHandSides: Tensor, part: Int32Array, solution: Tensor): void;
}

/** Columns of a panel that are updated together before each is found from those before it. */
const NARROW = 8;

/**
 * L from the lower triangle of a positive definite matrix [n, n], in the project's own products.
 * @param names  of the rows, for messages
 * @throws NumericalError naming the first pivot that is not positive
 */
export function blockedCholesky(
  matrix: Tensor,
  backend: "auto" | "typescript",
  names: Int32Array,
): Factor {
  const [n] = matrix.shape;
  const solver = solverRoom(n);
  const arena = makeArena(
    { doubles: n * n + solver.doubles, integers: 2 * n + solver.integers },
    backend,
  );
  const { f64, i32 } = arena;
  // L below the diagonal and Lᵀ above it, so that both substitutions find contiguous rows. The
  // product kernel only adds: what is still to be factorised is kept as −A.
  const factor = arena.doubles(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) f64[factor + i * n + j] = -matrix.data[i * n + j];
  const [rows, inPanel] = [arena.integers(n), arena.integers(n)];
  for (let i = 0; i < n; i++) i32[rows + i] = factor + i * n;
  for (let start = 0; start < n; start += BLOCK) {
    const stop = Math.min(start + BLOCK, n);
    // −A + L Lᵀ over the columns before: the negative of what is left to factorise
    const left = factor + start * n + start;
    arena.rowDots(n - start, stop - start, start, rows + start, rows + start, left, n);
    for (let i = start; i < n; i++) i32[inPanel + i] = factor + i * n + start;
    for (let from = start; from < stop; from += NARROW) {
      const to = Math.min(from + NARROW, stop);
      const list = inPanel + from;
      arena.rowDots(n - from, to - from, from - start, list, list, factor + from * n + from, n);
      substitute(arena, n, factor, from, to, names);
    }
    mirror(f64, n, factor, start, stop);
  }
  return {
    data: f64.subarray(factor, factor + n * n),
    solve: blockedSolver(arena, n, factor),
  };
}

/** Columns from … to − 1 of L, where what is left to factorise stands with its sign changed. */
function substitute(
  { f64 }: Arena,
  n: number,
  factor: number,
  from: number,
  to: number,
  names: Int32Array,
): void {
  for (let i = from; i < n; i++) {
    const row = factor + i * n;
    for (let j = from; j < Math.min(i + 1, to); j++) {
      const other = factor + j * n;
      let sum = -f64[row + j];
      for (let k = from; k < j; k++) sum -= f64[row + k] * f64[other + k];
      f64[row + j] = j < i ? sum / f64[other + j] : Math.sqrt(positivePivot(sum, names[i]));
    }
  }
}

/** Lᵀ above the diagonal for columns start … stop − 1 of L. */
function mirror(f64: Float64Array, n: number, factor: number, start: number, stop: number): void {
  for (let i = start; i < n; i++)
    for (let j = start; j < Math.min(i, stop); j++)
      f64[factor + j * n + i] = f64[factor + i * n + j];
}

/** @throws NumericalError unless it is */
export function positivePivot(value: number, index: number): number {
  if (value > 0) return value;
  throw new NumericalError(
    `cholesky: pivot ${index} is ${value.toExponential(2)}; the matrix is not positive definite. ` +
      "Add a damping λ to its diagonal that exceeds minus its lowest eigenvalue.",
    { index, pivot: value },
  );
}

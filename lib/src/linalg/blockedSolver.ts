import type { Tensor } from "../core/tensor.js";
import type { Arena } from "../kernels/arena.js";
import { gatherRow, scatterRow } from "./decoupledParts.js";

/** Columns that are factorised or solved at once, nearly all of it in the product kernel. */
export const BLOCK = 32;
/** Right-hand sides that pass through the factor together. */
const ROWS = 128;

/** What `blockedSolver` takes of an arena. */
export function solverRoom(n: number): { doubles: number; integers: number } {
  const padded = Math.ceil(n / BLOCK) * BLOCK;
  return { doubles: 2 * BLOCK * padded + ROWS * (n + BLOCK), integers: 2 * ROWS + 2 * BLOCK };
}

/**
 * Forward and backward substitution for up to 128 rows at a time, blocks of 32 columns, all of it
 * products. The inverses of the diagonal blocks are made when the first right-hand side comes.
 * @param factor  L [n, n] in the arena, Lᵀ above its diagonal
 * @returns       as `Factor.solve`
 */
export function blockedSolver(
  arena: Arena,
  n: number,
  factor: number,
): (rightHandSides: Tensor, part: Int32Array, solution: Tensor) => void {
  const { f64, i32 } = arena;
  const blocks = Math.ceil(n / BLOCK);
  const inverses = arena.doubles(blocks * BLOCK * BLOCK); // −(L_JJ)⁻¹, row-major with row length 32
  const transposed = arena.doubles(blocks * BLOCK * BLOCK); // and its transpose
  const [rows, rest] = [arena.doubles(ROWS * n), arena.doubles(ROWS * BLOCK)];
  const [known, restRows] = [arena.integers(ROWS), arena.integers(ROWS)];
  const [factorRows, inverseRows] = [arena.integers(BLOCK), arena.integers(BLOCK)];
  for (let r = 0; r < ROWS; r++) i32[restRows + r] = rest + r * BLOCK;
  let prepared = false;

  /**
   * y_J ← D (y_J − Σ_{k in [from, to)} M_Jk y_k) with M the rows J of L or Lᵀ, D the inverse block
   * of columns J or its transpose.
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
      const own = rows + r * n + start;
      i32[known + r] = rows + r * n + from;
      for (let j = 0; j < width; j++) f64[rest + r * BLOCK + j] = -f64[own + j];
      f64.fill(0, own, own + width);
    }
    for (let j = 0; j < width; j++) {
      i32[factorRows + j] = factor + (start + j) * n + from;
      i32[inverseRows + j] = inverse + (start + j) * BLOCK;
    }
    arena.rowDots(count, width, to - from, known, factorRows, rest, BLOCK);
    // (−rest)(−inverse)
    arena.rowDots(count, width, width, restRows, inverseRows, rows + start, n);
  };

  return (rightHandSides, part, solution) => {
    for (let block = 0; !prepared && block < blocks; block++)
      invertDiagonalBlock(f64, n, factor, inverses, transposed, block);
    prepared = true;
    const [m] = rightHandSides.shape;
    for (let first = 0; first < m; first += ROWS) {
      const count = Math.min(ROWS, m - first);
      for (let r = 0; r < count; r++) gatherRow(rightHandSides, first + r, part, f64, rows + r * n);
      for (let block = 0; block < blocks; block++)
        substitute(count, block, 0, block * BLOCK, inverses); // L y = b
      for (let block = blocks - 1; block >= 0; block--)
        substitute(count, block, Math.min(n, (block + 1) * BLOCK), n, transposed); // Lᵀ x = y
      for (let r = 0; r < count; r++) scatterRow(f64, rows + r * n, part, solution, first + r);
    }
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

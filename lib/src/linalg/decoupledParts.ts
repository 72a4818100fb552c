import { tensor, type Tensor } from "../core/tensor.js";

/**
 * Sets of rows of a symmetric matrix [n, n] between which every entry is exactly zero: after a
 * permutation it is block-diagonal, and its eigenproblem and its factor are those of the blocks.
 * The Hessian of a network with rectifiers has such sets: a unit that no sample reaches leaves its
 * parameters to the penalty alone. The lower triangle is read; ascending within a part and by each
 * part's first row.
 */
export function decoupledParts(matrix: Tensor): Int32Array[] {
  const [n] = matrix.shape;
  const { data } = matrix;
  const waiting = Int32Array.from({ length: n }, (_, i) => i); // rows that no part has yet
  const parts: Int32Array[] = [];
  for (let left = n; left > 0;) {
    const part = [waiting[0]];
    waiting.copyWithin(0, 1, left--);
    for (let k = 0; k < part.length && left > 0; k++) {
      const i = part[k];
      let kept = 0;
      for (let w = 0; w < left; w++) {
        const j = waiting[w];
        if ((j < i ? data[i * n + j] : data[j * n + i]) === 0) waiting[kept++] = j;
        else part.push(j);
      }
      left = kept;
    }
    parts.push(Int32Array.from(part).sort());
  }
  return parts;
}

/** The entries of a square matrix in rows and columns of a part, [m, m]. */
export function blockOf(matrix: Tensor, part: Int32Array): Tensor {
  const m = part.length;
  if (m === matrix.shape[0]) return matrix;
  const block = tensor([m, m]);
  for (let i = 0; i < m; i++) gatherRow(matrix, part[i], part, block.data, i * m);
  return block;
}

/** Columns of a part out of row r of `matrix` [rows, n], to `to` from `at` on. */
export function gatherRow(
  matrix: Tensor,
  r: number,
  part: Int32Array,
  to: Float64Array,
  at: number,
): void {
  const { data } = matrix;
  const start = r * matrix.shape[1];
  if (part.length === matrix.shape[1]) to.set(data.subarray(start, start + part.length), at);
  else for (let k = 0; k < part.length; k++) to[at + k] = data[start + part[k]];
}

/** The way back. */
export function scatterRow(
  from: Float64Array,
  at: number,
  part: Int32Array,
  matrix: Tensor,
  r: number,
): void {
  const { data } = matrix;
  const start = r * matrix.shape[1];
  if (part.length === matrix.shape[1]) data.set(from.subarray(at, at + part.length), start);
  else for (let k = 0; k < part.length; k++) data[start + part[k]] = from[at + k];
}

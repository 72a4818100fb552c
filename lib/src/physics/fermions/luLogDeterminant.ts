import type { Tensor } from "../../core/tensor.js";
import { pivotRow, swapRows } from "./luInverse.js";

/**
 * ln |det| of a square matrix [n, n] by elimination with the largest pivot of each column; −∞ if it
 * is singular.
 */
export function luLogDeterminant(matrix: Tensor): number {
  return eliminate(matrix.data.slice(), matrix.shape[0]);
}

/** The same of a matrix that may be overwritten, row-major. */
export function eliminate(a: Float64Array, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const pivot = pivotRow(a, n, k);
    if (pivot !== k) swapRows(a, n, pivot, k);
    const head = a[k * n + k];
    if (head === 0) return -Infinity;
    sum += Math.log(Math.abs(head));
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / head;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return sum;
}

/**
 * The inverse of a square matrix in its own place, by Gauss and Jordan's elimination with the
 * largest pivot of each column; 2n³ operations, no allocation. A pivot of exactly 0, which a matrix
 * with rounded entries has by symmetry alone, is taken as ε of the largest entry: what is inverted
 * is then the nearest regular matrix.
 * @param a      [n, n], row-major; overwritten
 * @param order  scratch, [n]
 * @returns      ln |det a|; −∞ if it is singular
 */
export function invertInPlace(a: Float64Array, n: number, order: Int32Array): number {
  let largest = 0;
  for (let i = 0; i < n * n; i++) largest = Math.max(largest, Math.abs(a[i]));
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) {
    const pivot = pivotRow(a, n, k);
    order[k] = pivot;
    if (pivot !== k) swapRows(a, n, pivot, k);
    const row = k * n;
    logDeterminant += Math.log(Math.abs(a[row + k]));
    const scale = 1 / (a[row + k] || largest * Number.EPSILON);
    a[row + k] = 1;
    for (let j = 0; j < n; j++) a[row + j] *= scale;
    for (let i = 0; i < n; i++) if (i !== k) clearColumn(a, n, i, k);
  }
  for (let k = n - 1; k >= 0; k--) if (order[k] !== k) swapColumns(a, n, order[k], k);
  return logDeterminant;
}

/**
 * Row i minus a multiple of row k, so that its entry of column k, until then one of the matrix,
 * becomes one of the inverse.
 */
function clearColumn(a: Float64Array, n: number, i: number, k: number): void {
  const [row, by] = [i * n, k * n];
  const factor = a[row + k];
  if (factor === 0) return;
  a[row + k] = 0;
  for (let j = 0; j < n; j++) a[row + j] -= factor * a[by + j];
}

/** The row from k on with the largest entry of column k. */
export function pivotRow(a: Float64Array, n: number, k: number): number {
  let pivot = k;
  for (let i = k + 1; i < n; i++)
    if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
  return pivot;
}

/** Exchanges two rows of [n, n]. */
export function swapRows(a: Float64Array, n: number, one: number, other: number): void {
  for (let j = 0; j < n; j++) {
    const swapped = a[one * n + j];
    a[one * n + j] = a[other * n + j];
    a[other * n + j] = swapped;
  }
}

function swapColumns(a: Float64Array, n: number, one: number, other: number): void {
  for (let i = 0; i < n; i++) {
    const swapped = a[i * n + one];
    a[i * n + one] = a[i * n + other];
    a[i * n + other] = swapped;
  }
}

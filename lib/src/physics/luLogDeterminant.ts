import type { Tensor } from "../core/tensor.js";

/** ln |det| of a square matrix [n, n] by elimination with the largest pivot of each column; −∞ if it is singular. */
export function luLogDeterminant(matrix: Tensor): number {
  const [n] = matrix.shape;
  const a = matrix.data.slice();
  let sum = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
    if (pivot !== k) {
      for (let j = k; j < n; j++) {
        const swapped = a[k * n + j];
        a[k * n + j] = a[pivot * n + j];
        a[pivot * n + j] = swapped;
      }
    }
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

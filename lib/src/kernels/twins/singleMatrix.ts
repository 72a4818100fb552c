import type { Views } from "../views.js";

/**
 * C[i·cStep + j] = start_i + Σ_k A_ik B[k·bStep + j] for i < m, j < n. A lies in panels of four
 * rows, [panel][k][4]; without `start` (0) it is 0. Mode 1 adds to C, mode 2 writes max(…, 0).
 */
export function singleMatrix(
  { f32 }: Views,
  m: number,
  n: number,
  depth: number,
  packed: number,
  b: number,
  bStep: number,
  c: number,
  cStep: number,
  start: number,
  mode: number,
): void {
  for (let i = 0; i < m; i++) {
    const a = packed + (i >> 2) * depth * 4 + (i & 3);
    for (let j = 0; j < n; j++) {
      let sum = start === 0 ? 0 : f32[start + i];
      for (let k = 0; k < depth; k++) sum += f32[a + 4 * k] * f32[b + k * bStep + j];
      const at = c + i * cStep + j;
      f32[at] = mode === 1 ? f32[at] + sum : mode === 2 ? Math.max(sum, 0) : sum;
    }
  }
}

/**
 * Panels of four rows of a matrix, [panel][k][4], `panelStep` apart, filled up with zeros. Row i
 * begins at a + i·rowStep, its entries are `depthStep` apart.
 */
export function singlePanels(
  { f32 }: Views,
  panels: number,
  rows: number,
  depth: number,
  a: number,
  rowStep: number,
  depthStep: number,
  packed: number,
  panelStep: number,
): void {
  for (let i = 0; i < 4 * panels; i++) {
    const to = packed + (i >> 2) * panelStep + (i & 3);
    for (let k = 0; k < depth; k++)
      f32[to + 4 * k] = i < rows ? f32[a + i * rowStep + k * depthStep] : 0;
  }
}

/** [rows, columns] → [columns, rows]. */
export function singleTranspose(
  { f32 }: Views,
  rows: number,
  columns: number,
  x: number,
  y: number,
): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) f32[y + j * rows + i] = f32[x + i * columns + j];
}

/** out_r += Σ_j x_rj of [rows, n]. */
export function singleRowSums(
  { f32 }: Views,
  rows: number,
  n: number,
  x: number,
  out: number,
): void {
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += f32[x + r * n + j];
    f32[out + r] += sum;
  }
}

/**
 * How many columns of [rows, n] there are if the last ones, as far as they are equal, are counted
 * once: objects that are not there come last, and are all alike.
 */
export function singleDistinct({ f32 }: Views, rows: number, n: number, x: number): number {
  let distinct = 1;
  for (let r = 0; r < rows; r++) {
    const own = f32.subarray(x + r * n, x + (r + 1) * n);
    let j = n - 1;
    while (j > distinct - 1 && own[j - 1] === own[n - 1]) j--;
    distinct = j + 1;
  }
  return distinct;
}

/** Columns behind the first `distinct` ones become the last of these. */
export function singleRepeatLast(
  { f32 }: Views,
  rows: number,
  n: number,
  distinct: number,
  y: number,
): void {
  for (let p = y; p < y + rows * n; p += n) f32.fill(f32[p + distinct - 1], p + distinct, p + n);
}

import type { Views } from "../views.js";

/**
 * C[cRows[i] + j] += Σ_k A[aRows[i] + k·aStep] · B[bRows[k] + bShift + j]
 *
 * The rows of B and C lie anywhere, so that a convolution is this product with overlapping rows of
 * its input and a tangent of it with the rows that pooling kept.
 */
export function rowProduct(
  { f64, i32 }: Views,
  m: number,
  n: number,
  depth: number,
  aRows: number,
  aStep: number,
  bRows: number,
  cRows: number,
  bShift = 0,
): void {
  for (let i = 0; i < m; i++) {
    const a = i32[aRows + i];
    const c = i32[cRows + i];
    for (let k = 0; k < depth; k++) {
      const x = f64[a + k * aStep];
      const b = i32[bRows + k] + bShift;
      for (let j = 0; j < n; j++) f64[c + j] += x * f64[b + j];
    }
  }
}

/** C[c + i·cStep + r] += Σ_j A[aRows[i] + j] · B[bRows[r] + j] */
export function rowDots(
  { f64, i32 }: Views,
  m: number,
  count: number,
  n: number,
  aRows: number,
  bRows: number,
  c: number,
  cStep: number,
): void {
  for (let i = 0; i < m; i++) {
    const a = i32[aRows + i];
    for (let r = 0; r < count; r++) {
      const b = i32[bRows + r];
      let sum = 0;
      for (let j = 0; j < n; j++) sum += f64[a + j] * f64[b + j];
      f64[c + i * cStep + r] += sum;
    }
  }
}

/**
 * Lower triangle of C += GᵀG, G packed as [panel][row][4] and C row-major with row length 4·panels.
 */
export function gram(
  { f64 }: Views,
  panels: number,
  rows: number,
  packed: number,
  c: number,
): void {
  const width = 4 * panels;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < 4 * ((i >> 2) + 1); j++) {
      const a = packed + (i >> 2) * rows * 4 + (i & 3);
      const b = packed + (j >> 2) * rows * 4 + (j & 3);
      let sum = 0;
      for (let k = 0; k < rows; k++) sum += f64[a + 4 * k] * f64[b + 4 * k];
      f64[c + i * width + j] += sum;
    }
  }
}

import type { Views } from "../views.js";

/**
 * Weighted sums of rows that many lists choose from the same table,
 *
 *   C[targets[l] + j] += Σ_{starts[l] ≤ e < starts[l+1]} weights[e] · B[entries[e]·n + j] for l <
 *   lists, j < n
 *
 * @param lists    number of sums
 * @param n        length of a row
 * @param starts   list of lists + 1 integers
 * @param entries  list of row numbers of B, [rows, n] from offset `b`
 * @param weights  offset of one double for each entry
 * @param targets  list of offsets
 */
export function gatheredSums(
  { f64, i32 }: Views,
  lists: number,
  n: number,
  starts: number,
  entries: number,
  weights: number,
  b: number,
  targets: number,
): void {
  for (let l = 0; l < lists; l++) {
    const c = i32[targets + l];
    for (let e = i32[starts + l]; e < i32[starts + l + 1]; e++) {
      const row = b + i32[entries + e] * n;
      for (let j = 0; j < n; j++) f64[c + j] += f64[weights + e] * f64[row + j];
    }
  }
}

/**
 * Sums over runs of neighbouring rows,
 *
 *   C[targets[l] + j] += Σ_{starts[l] ≤ e < starts[l+1]} Σ_{bounds[2e] ≤ r < bounds[2e+1]} B[r·n +
 *   j]
 *
 * The compiled kernel takes differences of running sums over all rows: each run costs two rows
 * however long it is. Rounding is that of the running sum, about rows · 2⁻⁵³ of the largest.
 * `_panel` is its room.
 */
export function runSums(
  { f64, i32 }: Views,
  lists: number,
  n: number,
  _rows: number,
  starts: number,
  bounds: number,
  b: number,
  targets: number,
  _panel: number,
): void {
  for (let l = 0; l < lists; l++) {
    const c = i32[targets + l];
    for (let e = i32[starts + l]; e < i32[starts + l + 1]; e++) {
      for (let r = i32[bounds + 2 * e]; r < i32[bounds + 2 * e + 1]; r++)
        for (let j = 0; j < n; j++) f64[c + j] += f64[b + r * n + j];
    }
  }
}

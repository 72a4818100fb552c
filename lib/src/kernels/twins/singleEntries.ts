import type { Views } from "../views.js";

/** y = a + factor · b. Counts here and in the next two are multiples of 4. */
export function singleCombine(
  { f32 }: Views,
  count: number,
  a: number,
  b: number,
  y: number,
  factor: number,
): void {
  for (let k = 0; k < count; k++) f32[y + k] = f32[a + k] + factor * f32[b + k];
}

/** y = factor · x + shift. */
export function singleRescale(
  { f32 }: Views,
  count: number,
  x: number,
  y: number,
  factor: number,
  shift: number,
): void {
  for (let k = 0; k < count; k++) f32[y + k] = factor * f32[x + k] + shift;
}

/** y = a ∘ b. */
export function singleMultiply(
  { f32 }: Views,
  count: number,
  a: number,
  b: number,
  y: number,
): void {
  for (let k = 0; k < count; k++) f32[y + k] = f32[a + k] * f32[b + k];
}

/** y_rj = a_rj + row_j of [rows, n], or the product if `times`. */
export function singleWithRow(
  { f32 }: Views,
  rows: number,
  n: number,
  a: number,
  row: number,
  y: number,
  times: number,
): void {
  for (let r = 0, p = 0; r < rows; r++) {
    for (let j = 0; j < n; j++, p++) {
      const [own, other] = [f32[a + p], f32[row + j]];
      f32[y + p] = times ? own * other : own + other;
    }
  }
}

/** y_cj = w_c x_cj + shift_c of [features, inner]; without `shift` (0) nothing is added. */
export function singleScale(
  { f32 }: Views,
  features: number,
  inner: number,
  x: number,
  w: number,
  shift: number,
  y: number,
): void {
  for (let c = 0, p = 0; c < features; c++) {
    const more = shift === 0 ? 0 : f32[shift + c];
    for (let j = 0; j < inner; j++, p++) f32[y + p] = f32[w + c] * f32[x + p] + more;
  }
}

/** gw_c += Σ_j x_cj g_cj. */
export function singleScaleGradient(
  { f32 }: Views,
  features: number,
  inner: number,
  x: number,
  g: number,
  gw: number,
): void {
  for (let c = 0, p = 0; c < features; c++) {
    let sum = 0;
    for (let j = 0; j < inner; j++, p++) sum += f32[x + p] * f32[g + p];
    f32[gw + c] += sum;
  }
}

/** y_k = factor · Σ_j x_kj of [count, length]. */
export function singleRuns(
  { f32 }: Views,
  count: number,
  length: number,
  x: number,
  y: number,
  factor: number,
): void {
  for (let k = 0, p = x; k < count; k++) {
    let sum = 0;
    for (let j = 0; j < length; j++) sum += f32[p++];
    f32[y + k] = factor * sum;
  }
}

/** gx_kj = factor · g_k. */
export function singleRunsTransposed(
  { f32 }: Views,
  count: number,
  length: number,
  g: number,
  gx: number,
  factor: number,
): void {
  for (let k = 0, p = gx; k < count; k++)
    for (let j = 0; j < length; j++) f32[p++] = factor * f32[g + k];
}

/**
 * y_cir = u_ci + v_c,place(i,r), or its positive part if `rectified`: u and v [channels, objects]
 * lie one after the other in `sums`, and a place < 0 adds nothing.
 */
export function singleEdges(
  { f32, i32 }: Views,
  channels: number,
  objects: number,
  neighbours: number,
  places: number,
  sums: number,
  y: number,
  rectified: number,
): void {
  for (let c = 0, p = y; c < channels; c++) {
    const [u, v] = [sums + c * objects, sums + (channels + c) * objects];
    for (let e = 0; e < objects * neighbours; e++, p++) {
      const place = i32[places + e];
      const sum = f32[u + Math.floor(e / neighbours)] + (place < 0 ? 0 : f32[v + place]);
      f32[p] = rectified ? Math.max(sum, 0) : sum;
    }
  }
}

/** What u and v get of it: gu_ci = Σ_r g_cir, gv_cj = Σ over the edges whose place is j. */
export function singleEdgesTransposed(
  { f32, i32 }: Views,
  channels: number,
  objects: number,
  neighbours: number,
  places: number,
  g: number,
  sums: number,
): void {
  f32.fill(0, sums, sums + 2 * channels * objects);
  for (let c = 0, p = g; c < channels; c++) {
    const [u, v] = [sums + c * objects, sums + (channels + c) * objects];
    for (let e = 0; e < objects * neighbours; e++, p++) {
      f32[u + Math.floor(e / neighbours)] += f32[p];
      if (i32[places + e] >= 0) f32[v + i32[places + e]] += f32[p];
    }
  }
}

/** y ← max(y, 0) + slope · min(y, 0), in place. */
export function singleLeaky({ f32 }: Views, count: number, y: number, slope: number): void {
  for (let p = y; p < y + count; p++) f32[p] = Math.max(f32[p], 0) + slope * Math.min(f32[p], 0);
}

/** g ← g where y > 0, slope · g elsewhere, in place; y is the output. */
export function singleLeakyTransposed(
  { f32 }: Views,
  count: number,
  y: number,
  g: number,
  slope: number,
): void {
  for (let p = 0; p < count; p++) if (!(f32[y + p] > 0)) f32[g + p] *= slope;
}

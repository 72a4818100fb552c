import type { Views } from "../views.js";

/**
 * y_f = max_e x[first_f + offset_e], the first of equals, and where it was found, of one sample.
 * NaN where one is in the window.
 *
 * @param count windows; the compiled kernel rounds up to a multiple of 4 and wants the lists and
 *   results as long
 * @param first    list: place of each window's first entry in the sample
 * @param offsets list: distance of each entry from the first, the same in all windows; offset_0 = 0
 * @param sources  list that receives the places of the maxima
 */
export function singleMaximum(
  { f32, i32 }: Views,
  count: number,
  entries: number,
  first: number,
  offsets: number,
  x: number,
  y: number,
  sources: number,
): void {
  for (let f = 0; f < count; f++) {
    const start = i32[first + f];
    let best = f32[x + start];
    let chosen = 0;
    let broken = false;
    for (let e = 1; e < entries; e++) {
      const candidate = f32[x + start + i32[offsets + e]];
      broken ||= candidate !== candidate;
      if (candidate > best) {
        best = candidate;
        chosen = i32[offsets + e];
      }
    }
    f32[y + f] = broken ? NaN : best;
    i32[sources + f] = start + chosen;
  }
}

/** gx[source_f] = g_f; the rest of gx is the caller's to clear. */
export function singleMaximumTransposed(
  { f32, i32 }: Views,
  count: number,
  sources: number,
  g: number,
  gx: number,
): void {
  for (let f = 0; f < count; f++) f32[gx + i32[sources + f]] = f32[g + f];
}

/** y_f = mean_e x[first_f + offset_e]. */
export function singleAverage(
  { f32, i32 }: Views,
  count: number,
  entries: number,
  first: number,
  offsets: number,
  x: number,
  y: number,
): void {
  for (let f = 0; f < count; f++) {
    let sum = 0;
    for (let e = 0; e < entries; e++) sum += f32[x + i32[first + f] + i32[offsets + e]];
    f32[y + f] = sum / entries;
  }
}

/** gx[first_f + offset_e] = g_f / entries. */
export function singleAverageTransposed(
  { f32, i32 }: Views,
  count: number,
  entries: number,
  first: number,
  offsets: number,
  g: number,
  gx: number,
): void {
  for (let f = 0; f < count; f++)
    for (let e = 0; e < entries; e++)
      f32[gx + i32[first + f] + i32[offsets + e]] = f32[g + f] / entries;
}

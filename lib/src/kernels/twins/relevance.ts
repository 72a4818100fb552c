import type { Views } from "../views.js";

/**
 * y_f = max(floor, max_e x[first_f + offset_e]) and where it was found, the first of equals; if no
 * entry is above the floor (0 for a rectifier behind it, −∞ without), the first. NaN where one is
 * in the window.
 *
 * @param count    windows
 * @param first    list: place of each window's first entry, counted from x
 * @param offsets list: distance of each entry from the first, the same in all windows; offset_0 = 0
 * @param sources  list that receives the places of the maxima, counted from x
 */
export function maximum(
  { f64, i32 }: Views,
  count: number,
  entries: number,
  first: number,
  offsets: number,
  x: number,
  y: number,
  sources: number,
  floor: number,
): void {
  for (let f = 0; f < count; f++) {
    const start = i32[first + f];
    let best = floor;
    let chosen = 0;
    let broken = false;
    for (let e = 0; e < entries; e++) {
      const candidate = f64[x + start + i32[offsets + e]];
      broken ||= candidate !== candidate;
      if (candidate > best) {
        best = candidate;
        chosen = i32[offsets + e];
      }
    }
    f64[y + f] = broken ? NaN : best;
    i32[sources + f] = start + chosen;
  }
}

/**
 * out[p + offset_c] += w_c r reciprocal_p for each winner p with relevance r of one channel of a
 * convolution.
 *
 * @param depth    entries of the kernel, of w and of the list of offsets
 * @param winners  list of places p, counted from `reciprocal` and from `out`
 * @returns how many winners with relevance have r reciprocal_p = 0: nothing was handed on there
 */
export function scatterWinners(
  { f64, i32 }: Views,
  count: number,
  depth: number,
  winners: number,
  relevance: number,
  reciprocal: number,
  w: number,
  offsets: number,
  out: number,
): number {
  let lost = 0;
  for (let q = 0; q < count; q++) {
    const p = i32[winners + q];
    const share = f64[relevance + q] * f64[reciprocal + p];
    if (share === 0) {
      if (f64[relevance + q] !== 0) lost++;
      continue;
    }
    for (let c = 0; c < depth; c++) f64[out + p + i32[offsets + c]] += f64[w + c] * share;
  }
  return lost;
}

/**
 * z[n, j] = Σ_i W[j, i] x[n, i] where chosen[n, j] ≠ 0; other entries are left as they are.
 *
 * @param width of the rows of W [outputs, width] and x [batch, width], a multiple of 4: fill up
 *   with zeros
 * @param _list  room for the compiled kernel
 */
export function chosenDots(
  { f64 }: Views,
  batch: number,
  width: number,
  outputs: number,
  x: number,
  w: number,
  chosen: number,
  z: number,
  _list: number,
): void {
  for (let n = 0; n < batch; n++) {
    for (let j = 0; j < outputs; j++) {
      if (f64[chosen + n * outputs + j] === 0) continue;
      let sum = 0;
      for (let i = 0; i < width; i++) sum += f64[w + j * width + i] * f64[x + n * width + i];
      f64[z + n * outputs + j] = sum;
    }
  }
}

/**
 * out[n, i] = Σ_j s[n, j] W[j, i] over j with s[n, j] ≠ 0.
 *
 * @param width of the rows of W [outputs, width] and out [batch, width], a multiple of 8; an odd
 *   multiple spreads them over the cache
 * @param _lists  room for the compiled kernel
 */
export function chosenCombinations(
  { f64 }: Views,
  batch: number,
  width: number,
  outputs: number,
  s: number,
  w: number,
  out: number,
  _lists: number,
): void {
  f64.fill(0, out, out + batch * width);
  for (let n = 0; n < batch; n++) {
    for (let j = 0; j < outputs; j++) {
      const share = f64[s + n * outputs + j];
      if (share !== 0)
        for (let i = 0; i < width; i++) f64[out + n * width + i] += share * f64[w + j * width + i];
    }
  }
}

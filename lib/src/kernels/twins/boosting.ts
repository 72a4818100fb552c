import type { Views } from "../views.js";

/** Less curvature than this on a side decides nothing. */
const LEAST_CURVATURE = 1e-3;

/**
 * Sums of the samples of a node by feature and bin: of the pairs (gradient, curvature), and how
 * many they are.
 *
 * @param stride    bytes from one column to the next
 * @param rows      list of samples
 * @param columns   bins of the samples, a byte each, feature by feature
 * @param steps     a pair of each sample of the table
 * @param gathered  room for the pairs of `rows`
 * @param starts    list of the first bins of the features
 * @param out       pairs of sums by bin, then numbers of samples if `counted`
 */
export function boostHistogram(
  { f64, i32 }: Views,
  features: number,
  count: number,
  stride: number,
  rows: number,
  columns: number,
  steps: number,
  gathered: number,
  starts: number,
  out: number,
  counted: number,
): void {
  const bytes = new Uint8Array(i32.buffer);
  const bins = i32[starts + features];
  const numbers = out + 2 * bins;
  f64.fill(0, out, out + (counted ? 3 : 2) * bins);
  for (let k = 0; k < count; k++) {
    f64[gathered + 2 * k] = f64[steps + 2 * i32[rows + k]];
    f64[gathered + 2 * k + 1] = f64[steps + 2 * i32[rows + k] + 1];
  }
  for (let f = 0; f < features; f++) {
    for (let k = 0; k < count; k++) {
      const bin = i32[starts + f] + bytes[4 * columns + f * stride + i32[rows + k]];
      f64[out + 2 * bin] += f64[gathered + 2 * k];
      f64[out + 2 * bin + 1] += f64[gathered + 2 * k + 1];
      if (counted) f64[numbers + bin]++;
    }
  }
}

/** The sums of a sibling: whole[k] −= part[k]. */
export function boostSibling({ f64 }: Views, count: number, whole: number, part: number): void {
  for (let k = 0; k < count; k++) f64[whole + k] -= f64[part + k];
}

/**
 * The split that lowers the loss most, to second order (Friedman 2001; Chen and Guestrin 2016, Eq.
 * 7), with missing values on the better side:
 *
 *   gain = G_l²/(H_l + λ) + G_r²/(H_r + λ) − G²/(H + λ)
 *
 * Of splits with the same gain the first counts: by features, then with missing values on the
 * right, then from the side without them.
 *
 * @param starts     list of the first bins of the features, of which the last is that of missing
 *   values
 * @param missing    list: 1 for features with missing values
 * @param histogram  of `boostHistogram`
 * @param counted    0: numbers of samples are the curvatures
 * @param out        gain, feature, last bin on the left, whether missing values go left, and of the
 *   left side gradient, curvature and number of samples
 * @returns whether there is a split that gains anything
 */
export function boostSplit(
  { f64, i32 }: Views,
  features: number,
  starts: number,
  missing: number,
  histogram: number,
  counted: number,
  gradient: number,
  curvature: number,
  count: number,
  minimumLeaf: number,
  l2: number,
  out: number,
): number {
  const score = (g: number, h: number): number => (g * g) / (h + l2);
  const none = score(gradient, curvature);
  const numbers = histogram + 2 * i32[starts + features];
  let best = 0;
  for (let f = 0; f < features; f++) {
    const first = i32[starts + f];
    const last = i32[starts + f + 1] - first - 2;
    for (let missingLeft = 0; missingLeft <= i32[missing + f]; missingLeft++) {
      let [g, h, c] = [0, 0, 0];
      // the outermost split parts what is missing from all that is there
      const outermost = i32[missing + f] && !missingLeft ? last : last - 1;
      for (let step = 0; step <= outermost; step++) {
        const bin = first + (missingLeft ? last - step : step);
        g += f64[histogram + 2 * bin];
        h += f64[histogram + 2 * bin + 1];
        c += counted ? f64[numbers + bin] : f64[histogram + 2 * bin + 1];
        if (c < minimumLeaf || h < LEAST_CURVATURE) continue;
        if (count - c < minimumLeaf || curvature - h < LEAST_CURVATURE) break;
        const gain = score(g, h) + score(gradient - g, curvature - h) - none;
        if (!(gain > best)) continue;
        best = gain;
        f64[out] = gain;
        f64[out + 1] = f;
        f64[out + 2] = missingLeft ? last - step - 1 : step;
        // without missing values in training they go where more samples go
        f64[out + 3] = i32[missing + f] ? missingLeft : 2 * c >= count ? 1 : 0;
        f64[out + 4] = missingLeft ? gradient - g : g;
        f64[out + 5] = missingLeft ? curvature - h : h;
        f64[out + 6] = missingLeft ? count - c : c;
      }
    }
  }
  return best > 0 ? 1 : 0;
}

/**
 * Samples that go left first, both sides in their old order.
 * @param scratch  room for as many
 * @param column   bins of all samples, a byte each
 * @param bin      the last that goes left
 * @param missing  the bin of missing values
 * @returns how many go left
 */
export function boostDivide(
  { i32 }: Views,
  count: number,
  rows: number,
  scratch: number,
  column: number,
  bin: number,
  missing: number,
  missingLeft: number,
): number {
  const bytes = new Uint8Array(i32.buffer);
  let [next, others] = [0, 0];
  for (let k = 0; k < count; k++) {
    const own = bytes[4 * column + i32[rows + k]];
    const left = own === missing ? missingLeft : own <= bin;
    if (left) i32[rows + next++] = i32[rows + k];
    else i32[scratch + others++] = i32[rows + k];
  }
  for (let k = 0; k < others; k++) i32[rows + next + k] = i32[scratch + k];
  return next;
}

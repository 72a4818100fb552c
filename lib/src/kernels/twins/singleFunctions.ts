import type { Views } from "../views.js";

/** y = e^x, 0 below e^−87. Counts here and below are multiples of 4. */
export function singleExponential({ f32 }: Views, count: number, x: number, y: number): void {
  for (let k = 0; k < count; k++) f32[y + k] = f32[x + k] < -87 ? 0 : Math.exp(f32[x + k]);
}

/** Softmax of each line of `length` entries. */
export function singleSoftmax(
  { f32 }: Views,
  lines: number,
  length: number,
  x: number,
  y: number,
): void {
  for (let p = 0; p < lines * length; p += length) {
    let [most, sum] = [-Infinity, 0];
    for (let k = p; k < p + length; k++) most = Math.max(most, f32[x + k]);
    for (let k = p; k < p + length; k++) sum += Math.exp(f32[x + k] - most);
    for (let k = p; k < p + length; k++) f32[y + k] = Math.exp(f32[x + k] - most) / sum;
  }
}

/** gx = y ∘ (g − ⟨y, g⟩) for each line. */
export function singleSoftmaxTransposed(
  { f32 }: Views,
  lines: number,
  length: number,
  y: number,
  g: number,
  gx: number,
): void {
  for (let p = 0; p < lines * length; p += length) {
    let mean = 0;
    for (let k = p; k < p + length; k++) mean += f32[y + k] * f32[g + k];
    for (let k = p; k < p + length; k++) f32[gx + k] = f32[y + k] * (f32[g + k] - mean);
  }
}

/**
 * y = x Φ(x) and its slope Φ(x) + x φ(x), with Φ to 7.5·10⁻⁸ by Abramowitz and Stegun, 26.2.17, a
 * single digit of 1.
 */
export function singleGelu(
  { f32 }: Views,
  count: number,
  x: number,
  y: number,
  slope: number,
): void {
  for (let k = 0; k < count; k++) {
    const v = f32[x + k];
    const density = 0.3989422804014327 * Math.exp(-0.5 * v * v);
    const t = 1 / (1 + 0.2316419 * Math.abs(v));
    const series =
      0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)));
    const beyond = density * t * series;
    const below = v < 0 ? beyond : 1 - beyond;
    f32[y + k] = v * below;
    f32[slope + k] = below + v * density;
  }
}

/**
 * y = (x − mean) / σ over the middle axis of [outer, length, inner], σ² = variance + ε; 1/σ is kept
 * in `reciprocal`. Without `centred` the mean is taken as 0.
 */
export function singleNormalise(
  { f32 }: Views,
  outer: number,
  length: number,
  inner: number,
  centred: number,
  x: number,
  y: number,
  reciprocal: number,
  epsilon: number,
): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) {
      const first = o * length * inner + j;
      const end = first + length * inner;
      let [mean, squares] = [0, 0];
      if (centred) for (let p = first; p < end; p += inner) mean += f32[x + p] / length;
      for (let p = first; p < end; p += inner) squares += (f32[x + p] - mean) ** 2;
      const r = 1 / Math.sqrt(squares / length + epsilon);
      f32[reciprocal + o * inner + j] = r;
      for (let p = first; p < end; p += inner) f32[y + p] = (f32[x + p] - mean) * r;
    }
  }
}

/**
 * gx = (g − mean g − y ⟨y, g⟩/N) / σ for each group of N entries, without the mean unless
 * `centred`.
 */
export function singleNormaliseTransposed(
  { f32 }: Views,
  outer: number,
  length: number,
  inner: number,
  centred: number,
  y: number,
  g: number,
  reciprocal: number,
  gx: number,
): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) {
      const first = o * length * inner + j;
      const end = first + length * inner;
      let [mean, along] = [0, 0];
      for (let p = first; p < end; p += inner) {
        if (centred) mean += f32[g + p] / length;
        along += (f32[y + p] * f32[g + p]) / length;
      }
      const r = f32[reciprocal + o * inner + j];
      for (let p = first; p < end; p += inner)
        f32[gx + p] = (f32[g + p] - mean - f32[y + p] * along) * r;
    }
  }
}

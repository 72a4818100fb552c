import type { Views } from "../views.js";

/**
 * Convolution of one sample as shifted sums over long rows, the ends of the lattice's rows
 * included; what they yield there belongs to no site and is never used, so that the inner loop
 * knows no borders.
 *
 *   y[y_s + j·yChannel + t] = bias_j + Σ_{k < depth} W[j, k] x[x_s + offset_k + t] for j < to, t <
 *   n, each segment s
 *
 * @param n         sites of a segment, a multiple of 8
 * @param depth     input channels times taps
 * @param starts    list [segments, 2] of x_s, y_s
 * @param offsets   list [depth]: where the input of (channel, tap) lies from x_s on
 * @param w         [to, depth]
 * @param yChannel  distance between output channels
 */
export function singleConvolution(
  { f32, i32 }: Views,
  to: number,
  n: number,
  depth: number,
  segments: number,
  starts: number,
  w: number,
  bias: number,
  offsets: number,
  x: number,
  y: number,
  yChannel: number,
): void {
  eachSegment(i32, segments, starts, x, y, (p, q) => {
    for (let j = 0; j < to; j++) {
      for (let t = 0; t < n; t++) {
        let sum = f32[bias + j];
        for (let k = 0; k < depth; k++)
          sum += f32[w + j * depth + k] * f32[p + i32[offsets + k] + t];
        f32[q + j * yChannel + t] = sum;
      }
    }
  });
}

/**
 * gx[x_s + offset_k + t] += Σ_j W[j, k] g[y_s + j·yChannel + t]; g is 0 where y belongs to no site.
 */
export function singleConvolutionTransposed(
  { f32, i32 }: Views,
  to: number,
  n: number,
  depth: number,
  segments: number,
  starts: number,
  w: number,
  offsets: number,
  g: number,
  gx: number,
  yChannel: number,
): void {
  eachSegment(i32, segments, starts, gx, g, (p, q) => {
    for (let k = 0; k < depth; k++) {
      for (let t = 0; t < n; t++) {
        let sum = 0;
        for (let j = 0; j < to; j++) sum += f32[w + j * depth + k] * f32[q + j * yChannel + t];
        f32[p + i32[offsets + k] + t] += sum;
      }
    }
  });
}

/** gW[j, k] += Σ_{s,t} g[y_s + j·yChannel + t] x[x_s + offset_k + t] and gb_j += Σ_{s,t} g[…]. */
export function singleConvolutionGradient(
  { f32, i32 }: Views,
  to: number,
  n: number,
  depth: number,
  segments: number,
  starts: number,
  offsets: number,
  x: number,
  g: number,
  yChannel: number,
  gw: number,
  gb: number,
): void {
  eachSegment(i32, segments, starts, x, g, (p, q) => {
    for (let j = 0; j < to; j++) {
      for (let t = 0; t < n; t++) {
        const value = f32[q + j * yChannel + t];
        f32[gb + j] += value;
        for (let k = 0; k < depth; k++)
          f32[gw + j * depth + k] += value * f32[p + i32[offsets + k] + t];
      }
    }
  });
}

/**
 * The same where the convolution's output goes into maximum pooling and nowhere else: of g only the
 * places of the maxima matter.
 *
 * @param windows  of one channel
 * @param sources  list [to, windows]: places of the maxima in the convolution's output
 * @param g        [to, windows], gradient of the pooled values
 */
export function singleConvolutionGradientAtMaxima(
  { f32, i32 }: Views,
  to: number,
  windows: number,
  depth: number,
  offsets: number,
  x: number,
  sources: number,
  g: number,
  yChannel: number,
  gw: number,
  gb: number,
): void {
  for (let j = 0; j < to; j++) {
    for (let f = j * windows; f < (j + 1) * windows; f++) {
      f32[gb + j] += f32[g + f];
      const p = x + i32[sources + f] - j * yChannel;
      for (let k = 0; k < depth; k++)
        f32[gw + j * depth + k] += f32[g + f] * f32[p + i32[offsets + k]];
    }
  }
}

function eachSegment(
  i32: Int32Array,
  segments: number,
  starts: number,
  x: number,
  y: number,
  visit: (p: number, q: number) => void,
): void {
  for (let s = 0; s < segments; s++) visit(x + i32[starts + 2 * s], y + i32[starts + 2 * s + 1]);
}

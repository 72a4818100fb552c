// Convolutions in single precision over long rows; see ../twins. n counts whole pairs of vectors of four.
import { plusProductSingle } from "./fused";

// @ts-ignore: decorator
@inline function shift(list: usize, k: i32): usize {
  return <usize>load<i32>(list + (<usize>k << 2)) << 2;
}

/** y_j = bias_j + Σ_k w_jk x(offset_k) for `rows` ≤ 5 channels, eight sites at a time. */
// @ts-ignore: decorator
@inline function channels(rows: i32, n: i32, depth: i32, w: usize, bias: usize, offsets: usize, x: usize, y: usize, channel: usize): void {
  const step = <usize>depth << 2;
  const w1 = w + step, w2 = w1 + step, w3 = w2 + step, w4 = w3 + step;
  const end = <usize>n << 2;
  for (let o: usize = 0; o < end; o += 32) {
    let a0 = v128.load32_splat(bias), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0, e0 = a0, e1 = a0;
    if (rows > 1) { b0 = v128.load32_splat(bias, 4); b1 = b0; }
    if (rows > 2) { c0 = v128.load32_splat(bias, 8); c1 = c0; }
    if (rows > 3) { d0 = v128.load32_splat(bias, 12); d1 = d0; }
    if (rows > 4) { e0 = v128.load32_splat(bias, 16); e1 = e0; }
    for (let k = 0; k < depth; k++) {
      const p = x + shift(offsets, k) + o, q = <usize>k << 2;
      const u = v128.load(p), v = v128.load(p, 16);
      let s = v128.load32_splat(w + q);
      a0 = plusProductSingle(s, u, a0); a1 = plusProductSingle(s, v, a1);
      if (rows > 1) { s = v128.load32_splat(w1 + q); b0 = plusProductSingle(s, u, b0); b1 = plusProductSingle(s, v, b1); }
      if (rows > 2) { s = v128.load32_splat(w2 + q); c0 = plusProductSingle(s, u, c0); c1 = plusProductSingle(s, v, c1); }
      if (rows > 3) { s = v128.load32_splat(w3 + q); d0 = plusProductSingle(s, u, d0); d1 = plusProductSingle(s, v, d1); }
      if (rows > 4) { s = v128.load32_splat(w4 + q); e0 = plusProductSingle(s, u, e0); e1 = plusProductSingle(s, v, e1); }
    }
    let t = y + o;
    v128.store(t, a0); v128.store(t, a1, 16);
    if (rows > 1) { t += channel; v128.store(t, b0); v128.store(t, b1, 16); }
    if (rows > 2) { t += channel; v128.store(t, c0); v128.store(t, c1, 16); }
    if (rows > 3) { t += channel; v128.store(t, d0); v128.store(t, d1, 16); }
    if (rows > 4) { t += channel; v128.store(t, e0); v128.store(t, e1, 16); }
  }
}

export function singleConvolution(
  to: i32, n: i32, depth: i32, segments: i32, starts: usize, w: usize, bias: usize, offsets: usize, x: usize, y: usize, yChannel: i32,
): void {
  const channel = <usize>yChannel << 2, step = <usize>depth << 2;
  for (let s = 0; s < segments; s++) {
    const p = x + shift(starts, 2 * s), q = y + shift(starts, 2 * s + 1);
    for (let j = 0; j < to;) {
      const left = to - j, v = w + <usize>j * step, b = bias + (<usize>j << 2), t = q + <usize>j * channel;
      if (left >= 5 && left != 8) { channels(5, n, depth, v, b, offsets, p, t, channel); j += 5; }
      else if (left >= 4) { channels(4, n, depth, v, b, offsets, p, t, channel); j += 4; }
      else if (left >= 2) { channels(2, n, depth, v, b, offsets, p, t, channel); j += 2; }
      else { channels(1, n, depth, v, b, offsets, p, t, channel); j += 1; }
    }
  }
}

export function singleConvolutionTransposed(
  to: i32, n: i32, depth: i32, segments: i32, starts: usize, w: usize, offsets: usize, g: usize, gx: usize, yChannel: i32,
): void {
  const channel = <usize>yChannel << 2, step = <usize>depth << 2, end = <usize>n << 2;
  for (let s = 0; s < segments; s++) {
    const p = gx + shift(starts, 2 * s), q = g + shift(starts, 2 * s + 1);
    for (let k = 0; k < depth; k++) {
      const target = p + shift(offsets, k);
      for (let o: usize = 0; o < end; o += 32) {
        let a = v128.load(target + o), b = v128.load(target + o, 16);
        let v = w + (<usize>k << 2), from = q + o;
        for (let j = 0; j < to; j++) {
          const weight = v128.load32_splat(v);
          a = plusProductSingle(weight, v128.load(from), a);
          b = plusProductSingle(weight, v128.load(from, 16), b);
          v += step; from += channel;
        }
        v128.store(target + o, a);
        v128.store(target + o, b, 16);
      }
    }
  }
}

// @ts-ignore: decorator
@inline function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

// @ts-ignore: decorator
@inline function addTo(p: usize, value: f32): void {
  store<f32>(p, load<f32>(p) + value);
}

export function singleConvolutionGradient(
  to: i32, n: i32, depth: i32, segments: i32, starts: usize, offsets: usize, x: usize, g: usize, yChannel: i32, gw: usize, gb: usize,
): void {
  const channel = <usize>yChannel << 2, end = <usize>n << 2;
  for (let s = 0; s < segments; s++) {
    const p = x + shift(starts, 2 * s), q = g + shift(starts, 2 * s + 1);
    for (let j = 0; j < to; j++) {
      const e = q + <usize>j * channel, row = gw + ((<usize>j * <usize>depth) << 2);
      let sum = f32x4.splat(0);
      for (let o: usize = 0; o < end; o += 16) sum = f32x4.add(sum, v128.load(e + o));
      addTo(gb + (<usize>j << 2), total(sum));
      let k = 0;
      for (; k + 4 <= depth; k += 4) {
        const x0 = p + shift(offsets, k), x1 = p + shift(offsets, k + 1), x2 = p + shift(offsets, k + 2), x3 = p + shift(offsets, k + 3);
        let a = f32x4.splat(0), b = a, c = a, d = a;
        for (let o: usize = 0; o < end; o += 16) {
          const v = v128.load(e + o);
          a = plusProductSingle(v, v128.load(x0 + o), a); b = plusProductSingle(v, v128.load(x1 + o), b);
          c = plusProductSingle(v, v128.load(x2 + o), c); d = plusProductSingle(v, v128.load(x3 + o), d);
        }
        const t = row + (<usize>k << 2);
        addTo(t, total(a)); addTo(t + 4, total(b)); addTo(t + 8, total(c)); addTo(t + 12, total(d));
      }
      for (; k < depth; k++) {
        const x0 = p + shift(offsets, k);
        let a = f32x4.splat(0);
        for (let o: usize = 0; o < end; o += 16) a = plusProductSingle(v128.load(e + o), v128.load(x0 + o), a);
        addTo(row + (<usize>k << 2), total(a));
      }
    }
  }
}

export function singleConvolutionGradientAtMaxima(
  to: i32, windows: i32, depth: i32, offsets: usize, x: usize, sources: usize, g: usize, yChannel: i32, gw: usize, gb: usize,
): void {
  const end = <usize>windows << 2;
  for (let j = 0; j < to; j++) {
    const base = x - (<usize>(j * yChannel) << 2), row = gw + ((<usize>j * <usize>depth) << 2);
    const e = g + <usize>j * end, chosen = sources + <usize>j * end;
    let sum: f32 = 0;
    for (let o: usize = 0; o < end; o += 4) sum += load<f32>(e + o);
    addTo(gb + (<usize>j << 2), sum);
    let k = 0;
    for (; k + 4 <= depth; k += 4) {
      const o0 = shift(offsets, k), o1 = shift(offsets, k + 1), o2 = shift(offsets, k + 2), o3 = shift(offsets, k + 3);
      let a: f32 = 0, b: f32 = 0, c: f32 = 0, d: f32 = 0;
      for (let o: usize = 0; o < end; o += 4) {
        const v = load<f32>(e + o), p = base + (<usize>load<i32>(chosen + o) << 2);
        a += v * load<f32>(p + o0); b += v * load<f32>(p + o1); c += v * load<f32>(p + o2); d += v * load<f32>(p + o3);
      }
      const t = row + (<usize>k << 2);
      addTo(t, a); addTo(t + 4, b); addTo(t + 8, c); addTo(t + 12, d);
    }
    for (; k < depth; k++) {
      const o0 = shift(offsets, k);
      let a: f32 = 0;
      for (let o: usize = 0; o < end; o += 4) a += load<f32>(e + o) * load<f32>(base + (<usize>load<i32>(chosen + o) << 2) + o0);
      addTo(row + (<usize>k << 2), a);
    }
  }
}

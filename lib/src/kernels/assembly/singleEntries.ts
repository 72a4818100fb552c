// Sums, products and repetitions of entries in single precision; see ../twins.
import { plusProductSingle } from "./fused";

export function singleCombine(count: i32, a: usize, b: usize, y: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  for (let k = 0; k < count; k += 4) {
    v128.store(y, plusProductSingle(f, v128.load(b), v128.load(a)));
    a += 16; b += 16; y += 16;
  }
}

export function singleRescale(count: i32, x: usize, y: usize, factor: f32, shift: f32): void {
  const f = f32x4.splat(factor), s = f32x4.splat(shift);
  for (let k = 0; k < count; k += 4) {
    v128.store(y, plusProductSingle(f, v128.load(x), s));
    x += 16; y += 16;
  }
}

export function singleMultiply(count: i32, a: usize, b: usize, y: usize): void {
  for (let k = 0; k < count; k += 4) {
    v128.store(y, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16; b += 16; y += 16;
  }
}

export function singleWithRow(rows: i32, n: i32, a: usize, row: usize, y: usize, times: i32): void {
  for (let r = 0; r < rows; r++) {
    let b = row;
    let j = 0;
    if (times) for (; j + 4 <= n; j += 4) {
      v128.store(y, f32x4.mul(v128.load(a), v128.load(b)));
      a += 16; b += 16; y += 16;
    }
    else for (; j + 4 <= n; j += 4) {
      v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
      a += 16; b += 16; y += 16;
    }
    for (; j < n; j++) {
      store<f32>(y, times ? load<f32>(a) * load<f32>(b) : load<f32>(a) + load<f32>(b));
      a += 4; b += 4; y += 4;
    }
  }
}

export function singleScale(features: i32, inner: i32, x: usize, w: usize, shift: usize, y: usize): void {
  for (let c = 0; c < features; c++) {
    const factor = load<f32>(w + (<usize>c << 2)), more: f32 = shift ? load<f32>(shift + (<usize>c << 2)) : 0;
    const f = f32x4.splat(factor), s = f32x4.splat(more);
    let j = 0;
    for (; j + 4 <= inner; j += 4) {
      v128.store(y, plusProductSingle(f, v128.load(x), s));
      x += 16; y += 16;
    }
    for (; j < inner; j++) {
      store<f32>(y, factor * load<f32>(x) + more);
      x += 4; y += 4;
    }
  }
}

export function singleScaleGradient(features: i32, inner: i32, x: usize, g: usize, gw: usize): void {
  for (let c = 0; c < features; c++) {
    let s = f32x4.splat(0);
    let j = 0;
    for (; j + 4 <= inner; j += 4) {
      s = plusProductSingle(v128.load(x), v128.load(g), s);
      x += 16; g += 16;
    }
    let sum = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
    for (; j < inner; j++) {
      sum += load<f32>(x) * load<f32>(g);
      x += 4; g += 4;
    }
    store<f32>(gw, load<f32>(gw) + sum);
    gw += 4;
  }
}

export function singleRuns(count: i32, length: i32, x: usize, y: usize, factor: f32): void {
  for (let k = 0; k < count; k++) {
    let s = f32x4.splat(0);
    let j = 0;
    for (; j + 4 <= length; j += 4) { s = f32x4.add(s, v128.load(x)); x += 16; }
    let sum = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
    for (; j < length; j++) { sum += load<f32>(x); x += 4; }
    store<f32>(y, factor * sum);
    y += 4;
  }
}

export function singleRunsTransposed(count: i32, length: i32, g: usize, gx: usize, factor: f32): void {
  for (let k = 0; k < count; k++) {
    const own = factor * load<f32>(g), share = f32x4.splat(own);
    let j = 0;
    for (; j + 4 <= length; j += 4) { v128.store(gx, share); gx += 16; }
    for (; j < length; j++) { store<f32>(gx, own); gx += 4; }
    g += 4;
  }
}

export function singleEdges(
  channels: i32, objects: i32, neighbours: i32, places: usize, sums: usize, y: usize, rectified: i32,
): void {
  const row = <usize>objects << 2, least: f32 = rectified ? 0 : <f32>-Infinity;
  let u = sums, v = sums + <usize>channels * row;
  for (let c = 0; c < channels; c++) {
    let place = places;
    for (let i = 0; i < objects; i++) {
      const own = load<f32>(u);
      for (let r = 0; r < neighbours; r++) {
        const at = load<i32>(place);
        const sum = own + (at < 0 ? 0 : load<f32>(v + (<usize>at << 2)));
        store<f32>(y, max<f32>(sum, least));
        place += 4; y += 4;
      }
      u += 4;
    }
    v += row;
  }
}

export function singleEdgesTransposed(
  channels: i32, objects: i32, neighbours: i32, places: usize, g: usize, sums: usize,
): void {
  const row = <usize>objects << 2;
  let u = sums, v = sums + <usize>channels * row;
  memory.fill(v, 0, <usize>channels * row);
  for (let c = 0; c < channels; c++) {
    let place = places;
    for (let i = 0; i < objects; i++) {
      let own: f32 = 0;
      for (let r = 0; r < neighbours; r++) {
        const at = load<i32>(place), share = load<f32>(g);
        own += share;
        if (at >= 0) {
          const to = v + (<usize>at << 2);
          store<f32>(to, load<f32>(to) + share);
        }
        place += 4; g += 4;
      }
      store<f32>(u, own);
      u += 4;
    }
    v += row;
  }
}

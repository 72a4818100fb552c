// Sums, products and repetitions of the numbers T; see ../twins.
import { bits, grown, lanes, sumOf } from "./numbers";

export function combine<T>(count: i32, a: usize, b: usize, y: usize, factor: T): void {
  const f = v128.splat<T>(factor);
  for (let k = 0; k < count; k += lanes<T>()) {
    v128.store(y, grown<T>(v128.load(a), f, v128.load(b)));
    a += 16; b += 16; y += 16;
  }
}

export function rescale<T>(count: i32, x: usize, y: usize, factor: T, shift: T): void {
  const f = v128.splat<T>(factor), s = v128.splat<T>(shift);
  for (let k = 0; k < count; k += lanes<T>()) {
    v128.store(y, grown<T>(s, f, v128.load(x)));
    x += 16; y += 16;
  }
}

export function multiply<T>(count: i32, a: usize, b: usize, y: usize): void {
  for (let k = 0; k < count; k += lanes<T>()) {
    v128.store(y, v128.mul<T>(v128.load(a), v128.load(b)));
    a += 16; b += 16; y += 16;
  }
}

export function withRow<T>(rows: i32, n: i32, a: usize, row: usize, y: usize, times: i32): void {
  for (let r = 0; r < rows; r++) {
    let b = row;
    let j = 0;
    if (times) for (; j + lanes<T>() <= n; j += lanes<T>()) {
      v128.store(y, v128.mul<T>(v128.load(a), v128.load(b)));
      a += 16; b += 16; y += 16;
    }
    else for (; j + lanes<T>() <= n; j += lanes<T>()) {
      v128.store(y, v128.add<T>(v128.load(a), v128.load(b)));
      a += 16; b += 16; y += 16;
    }
    for (; j < n; j++) {
      store<T>(y, times ? load<T>(a) * load<T>(b) : load<T>(a) + load<T>(b));
      a += sizeof<T>(); b += sizeof<T>(); y += sizeof<T>();
    }
  }
}

export function scale<T>(features: i32, inner: i32, x: usize, w: usize, shift: usize, y: usize): void {
  for (let c = 0; c < features; c++) {
    const factor = load<T>(w + (<usize>c << bits<T>())), more: T = shift ? load<T>(shift + (<usize>c << bits<T>())) : 0;
    const f = v128.splat<T>(factor), s = v128.splat<T>(more);
    let j = 0;
    for (; j + lanes<T>() <= inner; j += lanes<T>()) {
      v128.store(y, grown<T>(s, f, v128.load(x)));
      x += 16; y += 16;
    }
    for (; j < inner; j++) {
      store<T>(y, factor * load<T>(x) + more);
      x += sizeof<T>(); y += sizeof<T>();
    }
  }
}

export function scaleGradient<T>(features: i32, inner: i32, x: usize, g: usize, gw: usize): void {
  for (let c = 0; c < features; c++) {
    let s = v128.splat<T>(0);
    let j = 0;
    for (; j + lanes<T>() <= inner; j += lanes<T>()) {
      s = grown<T>(s, v128.load(x), v128.load(g));
      x += 16; g += 16;
    }
    let sum = sumOf<T>(s);
    for (; j < inner; j++) {
      sum = sum + load<T>(x) * load<T>(g);
      x += sizeof<T>(); g += sizeof<T>();
    }
    store<T>(gw, load<T>(gw) + sum);
    gw += sizeof<T>();
  }
}

export function runs<T>(count: i32, length: i32, x: usize, y: usize, factor: T): void {
  for (let k = 0; k < count; k++) {
    let s = v128.splat<T>(0);
    let j = 0;
    for (; j + lanes<T>() <= length; j += lanes<T>()) { s = v128.add<T>(s, v128.load(x)); x += 16; }
    let sum = sumOf<T>(s);
    for (; j < length; j++) { sum = sum + load<T>(x); x += sizeof<T>(); }
    store<T>(y, factor * sum);
    y += sizeof<T>();
  }
}

export function runsTransposed<T>(count: i32, length: i32, g: usize, gx: usize, factor: T): void {
  for (let k = 0; k < count; k++) {
    const own = factor * load<T>(g), share = v128.splat<T>(own);
    let j = 0;
    for (; j + lanes<T>() <= length; j += lanes<T>()) { v128.store(gx, share); gx += 16; }
    for (; j < length; j++) { store<T>(gx, own); gx += sizeof<T>(); }
    g += sizeof<T>();
  }
}

export function edges<T>(channels: i32, objects: i32, neighbours: i32, places: usize, sums: usize, y: usize, rectified: i32): void {
  const row = <usize>objects << bits<T>(), least: T = rectified ? 0 : -Infinity;
  let u = sums, v = sums + <usize>channels * row;
  for (let c = 0; c < channels; c++) {
    let place = places;
    for (let i = 0; i < objects; i++) {
      const own = load<T>(u);
      for (let r = 0; r < neighbours; r++) {
        const at = load<i32>(place);
        const sum = own + (at < 0 ? 0 : load<T>(v + (<usize>at << bits<T>())));
        store<T>(y, max<T>(sum, least));
        place += 4; y += sizeof<T>();
      }
      u += sizeof<T>();
    }
    v += row;
  }
}

export function edgesTransposed<T>(channels: i32, objects: i32, neighbours: i32, places: usize, g: usize, sums: usize): void {
  const row = <usize>objects << bits<T>();
  let u = sums, v = sums + <usize>channels * row;
  memory.fill(v, 0, <usize>channels * row);
  for (let c = 0; c < channels; c++) {
    let place = places;
    for (let i = 0; i < objects; i++) {
      let own: T = 0;
      for (let r = 0; r < neighbours; r++) {
        const at = load<i32>(place), share = load<T>(g);
        own = own + share;
        if (at >= 0) {
          const to = v + (<usize>at << bits<T>());
          store<T>(to, load<T>(to) + share);
        }
        place += 4; g += sizeof<T>();
      }
      store<T>(u, own);
      u += sizeof<T>();
    }
    v += row;
  }
}

export function leaky<T>(count: i32, y: usize, slope: T): void {
  const zero = v128.splat<T>(0), s = v128.splat<T>(slope);
  const end = y + (<usize>count << bits<T>());
  for (let p = y; p < end; p += 16) {
    const x = v128.load(p);
    v128.store(p, v128.add<T>(v128.max<T>(x, zero), v128.mul<T>(s, v128.min<T>(x, zero))));
  }
}

export function leakyTransposed<T>(count: i32, y: usize, g: usize, slope: T): void {
  const zero = v128.splat<T>(0), s = v128.splat<T>(slope);
  const end = <usize>count << bits<T>();
  for (let o: usize = 0; o < end; o += 16) {
    const e = v128.load(g + o);
    v128.store(g + o, v128.bitselect(e, v128.mul<T>(s, e), v128.gt<T>(v128.load(y + o), zero)));
  }
}

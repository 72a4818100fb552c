// Pooling in single precision, four windows at a time; see ../twins.

// @ts-ignore: decorator
@inline function gather(a: usize, b: usize, c: usize, d: usize, o: usize): v128 {
  let v = v128.load32_zero(a + o);
  v = v128.load_lane<f32>(b + o, v, 1);
  v = v128.load_lane<f32>(c + o, v, 2);
  return v128.load_lane<f32>(d + o, v, 3);
}

// @ts-ignore: decorator
@inline function at(x: usize, list: usize, k: usize): usize {
  return x + (<usize>load<i32>(list + (k << 2)) << 2);
}

export function singleMaximum(count: i32, entries: i32, first: usize, offsets: usize, x: usize, y: usize, sources: usize): void {
  for (let f = 0; f < count; f += 4) {
    const here = first + (<usize>f << 2);
    const a = at(x, here, 0), b = at(x, here, 1), c = at(x, here, 2), d = at(x, here, 3);
    let best = gather(a, b, c, d, 0), chosen = i32x4.splat(0), broken = chosen;
    for (let e = 1; e < entries; e++) {
      const offset = load<i32>(offsets + (<usize>e << 2));
      const v = gather(a, b, c, d, <usize>offset << 2);
      const more = f32x4.gt(v, best);
      broken = v128.or(broken, f32x4.ne(v, v));
      best = v128.bitselect(v, best, more);
      chosen = v128.bitselect(i32x4.splat(offset), chosen, more);
    }
    const o = <usize>f << 2;
    v128.store(y + o, v128.or(best, broken)); // all bits set are a NaN
    v128.store(sources + o, i32x4.add(v128.load(here), chosen));
  }
}

export function singleMaximumTransposed(count: i32, sources: usize, g: usize, gx: usize): void {
  for (let f: usize = 0; f < <usize>count; f++) store<f32>(at(gx, sources, f), load<f32>(g + (f << 2)));
}

export function singleAverage(count: i32, entries: i32, first: usize, offsets: usize, x: usize, y: usize): void {
  const share = f32x4.splat(1 / <f32>entries);
  for (let f = 0; f < count; f += 4) {
    const here = first + (<usize>f << 2);
    const a = at(x, here, 0), b = at(x, here, 1), c = at(x, here, 2), d = at(x, here, 3);
    let sum = f32x4.splat(0);
    for (let e = 0; e < entries; e++) sum = f32x4.add(sum, gather(a, b, c, d, <usize>load<i32>(offsets + (<usize>e << 2)) << 2));
    v128.store(y + (<usize>f << 2), f32x4.mul(sum, share));
  }
}

export function singleAverageTransposed(count: i32, entries: i32, first: usize, offsets: usize, g: usize, gx: usize): void {
  const share: f32 = <f32>1 / <f32>entries;
  for (let f: usize = 0; f < <usize>count; f++) {
    const value = load<f32>(g + (f << 2)) * share, a = at(gx, first, f);
    for (let e = 0; e < entries; e++) store<f32>(a + (<usize>load<i32>(offsets + (<usize>e << 2)) << 2), value);
  }
}

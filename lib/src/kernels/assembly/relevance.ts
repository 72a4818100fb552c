// Relevance propagation in double precision; see ../twins.
import { plusProduct } from "./fused";

// @ts-ignore: decorator
@inline function place(list: usize, k: i32): usize {
  return <usize>load<i32>(list + (<usize>k << 2)) << 3;
}
// @ts-ignore: decorator
@inline function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Two windows at a time. */
export function maximum(
  count: i32, entries: i32, first: usize, offsets: usize, x: usize, y: usize, sources: usize, floor: f64,
): void {
  const pairs = count & ~1;
  for (let f = 0; f < pairs; f += 2) {
    const a = x + place(first, f), b = x + place(first, f + 1);
    let best = f64x2.splat(floor), chosen = i64x2.splat(0), broken = chosen;
    for (let e = 0; e < entries; e++) {
      const offset = load<i32>(offsets + (<usize>e << 2));
      const o = <usize>offset << 3;
      const v = v128.load_lane<f64>(b + o, v128.load64_zero(a + o), 1);
      const more = f64x2.gt(v, best);
      broken = v128.or(broken, f64x2.ne(v, v));
      best = f64x2.pmax(best, v);
      chosen = v128.bitselect(i64x2.splat(offset), chosen, more);
    }
    v128.store(y + (<usize>f << 3), v128.or(best, broken)); // all bits set are a NaN
    const s = sources + (<usize>f << 2);
    store<i32>(s, load<i32>(first + (<usize>f << 2)) + i32x4.extract_lane(chosen, 0));
    store<i32>(s, load<i32>(first + (<usize>f << 2), 4) + i32x4.extract_lane(chosen, 2), 4);
  }
  for (let f = pairs; f < count; f++) {
    const a = x + place(first, f);
    let best = floor, chosen = 0, broken = false;
    for (let e = 0; e < entries; e++) {
      const offset = load<i32>(offsets + (<usize>e << 2));
      const value = load<f64>(a + (<usize>offset << 3));
      if (value != value) broken = true;
      if (value > best) {
        best = value;
        chosen = offset;
      }
    }
    store<f64>(y + (<usize>f << 3), broken ? NaN : best);
    store<i32>(sources + (<usize>f << 2), load<i32>(first + (<usize>f << 2)) + chosen);
  }
}

export function scatterWinners(
  count: i32, depth: i32, winners: usize, relevance: usize, reciprocal: usize, w: usize, offsets: usize, out: usize,
): i32 {
  let lost = 0;
  for (let q = 0; q < count; q++) {
    const r = load<f64>(relevance + (<usize>q << 3));
    const p = place(winners, q);
    const share = r * load<f64>(reciprocal + p);
    if (share == 0) {
      lost += <i32>(r != 0);
      continue;
    }
    const t = out + p;
    let c = 0;
    for (; c + 4 <= depth; c += 4) {
      const k = w + (<usize>c << 3);
      const a = t + place(offsets, c), b = t + place(offsets, c + 1), d = t + place(offsets, c + 2), e = t + place(offsets, c + 3);
      store<f64>(a, load<f64>(a) + load<f64>(k) * share);
      store<f64>(b, load<f64>(b) + load<f64>(k, 8) * share);
      store<f64>(d, load<f64>(d) + load<f64>(k, 16) * share);
      store<f64>(e, load<f64>(e) + load<f64>(k, 24) * share);
    }
    for (; c < depth; c++) {
      const a = t + place(offsets, c);
      store<f64>(a, load<f64>(a) + load<f64>(w + (<usize>c << 3)) * share);
    }
  }
  return lost;
}

/** For each row of W four samples at a time, two accumulators each; W's row stays in the first-level cache. */
export function chosenDots(batch: i32, width: i32, outputs: i32, x: usize, w: usize, chosen: usize, z: usize, list: usize): void {
  const row = <usize>width << 3;
  for (let j = 0; j < outputs; j++) {
    const column = <usize>j << 3;
    let found = 0;
    for (let n = 0; n < batch; n++) {
      store<i32>(list + (<usize>found << 2), n);
      found += <i32>(load<f64>(chosen + ((<usize>(n * outputs)) << 3) + column) != 0);
    }
    if (found == 0) continue;
    const final = load<i32>(list + (<usize>(found - 1) << 2));
    for (; (found & 3) != 0; found++) store<i32>(list + (<usize>found << 2), final); // the last again: the same number to the same place
    const a = w + <usize>j * row;
    for (let c = 0; c < found; c += 4) {
      const l = list + (<usize>c << 2);
      const n0 = <usize>load<i32>(l), n1 = <usize>load<i32>(l, 4), n2 = <usize>load<i32>(l, 8), n3 = <usize>load<i32>(l, 12);
      const x0 = x + n0 * row, x1 = x + n1 * row, x2 = x + n2 * row, x3 = x + n3 * row;
      let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
      for (let o: usize = 0; o < row; o += 32) {
        const b = v128.load(a + o), d = v128.load(a + o, 16);
        s0 = plusProduct(b, v128.load(x0 + o), s0);
        s1 = plusProduct(b, v128.load(x1 + o), s1);
        s2 = plusProduct(b, v128.load(x2 + o), s2);
        s3 = plusProduct(b, v128.load(x3 + o), s3);
        t0 = plusProduct(d, v128.load(x0 + o, 16), t0);
        t1 = plusProduct(d, v128.load(x1 + o, 16), t1);
        t2 = plusProduct(d, v128.load(x2 + o, 16), t2);
        t3 = plusProduct(d, v128.load(x3 + o, 16), t3);
      }
      const height = <usize>outputs << 3;
      store<f64>(z + n0 * height + column, total(f64x2.add(s0, t0)));
      store<f64>(z + n1 * height + column, total(f64x2.add(s1, t1)));
      store<f64>(z + n2 * height + column, total(f64x2.add(s2, t2)));
      store<f64>(z + n3 * height + column, total(f64x2.add(s3, t3)));
    }
  }
}

/** Sixteen columns of W at a time for all samples: those of all rows fit the first-level cache. */
export function chosenCombinations(batch: i32, width: i32, outputs: i32, s: usize, w: usize, out: usize, lists: usize): void {
  const row = <usize>width << 3, height = <usize>outputs << 3, room = (<usize>outputs + 1) << 2;
  for (let n = 0; n < batch; n++) {
    const list = lists + <usize>n * room, from = s + <usize>n * height;
    let found = 0;
    for (let j = 0; j < outputs; j++) {
      store<i32>(list + (<usize>found << 2), j, 4);
      found += <i32>(load<f64>(from + (<usize>j << 3)) != 0);
    }
    store<i32>(list, found);
  }
  let o: usize = 0;
  for (; o + 128 <= row; o += 128) {
    for (let n = 0; n < batch; n++) {
      const from = s + <usize>n * height, columns = w + o;
      let list = lists + <usize>n * room;
      const end = list + (<usize>load<i32>(list) << 2);
      let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
      while (list < end) {
        list += 4;
        const j = <usize>load<i32>(list);
        const a = v128.load64_splat(from + (j << 3)), b = columns + j * row;
        c0 = plusProduct(a, v128.load(b), c0);
        c1 = plusProduct(a, v128.load(b, 16), c1);
        c2 = plusProduct(a, v128.load(b, 32), c2);
        c3 = plusProduct(a, v128.load(b, 48), c3);
        c4 = plusProduct(a, v128.load(b, 64), c4);
        c5 = plusProduct(a, v128.load(b, 80), c5);
        c6 = plusProduct(a, v128.load(b, 96), c6);
        c7 = plusProduct(a, v128.load(b, 112), c7);
      }
      const t = out + <usize>n * row + o;
      v128.store(t, c0); v128.store(t, c1, 16); v128.store(t, c2, 32); v128.store(t, c3, 48);
      v128.store(t, c4, 64); v128.store(t, c5, 80); v128.store(t, c6, 96); v128.store(t, c7, 112);
    }
  }
  if (o == row) return;
  for (let n = 0; n < batch; n++) {
    const from = s + <usize>n * height, columns = w + o;
    let list = lists + <usize>n * room;
    const end = list + (<usize>load<i32>(list) << 2);
    let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0;
    while (list < end) {
      list += 4;
      const j = <usize>load<i32>(list);
      const a = v128.load64_splat(from + (j << 3)), b = columns + j * row;
      c0 = plusProduct(a, v128.load(b), c0);
      c1 = plusProduct(a, v128.load(b, 16), c1);
      c2 = plusProduct(a, v128.load(b, 32), c2);
      c3 = plusProduct(a, v128.load(b, 48), c3);
    }
    const t = out + <usize>n * row + o;
    v128.store(t, c0); v128.store(t, c1, 16); v128.store(t, c2, 32); v128.store(t, c3, 48);
  }
}

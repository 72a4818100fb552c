// Rows are added up in registers, 16 columns at a time; sums over runs read 16 columns of all rows once, as running sums.
import { plusProduct } from "./fused";

@inline function add(address: usize, value: v128): void {
  v128.store(address, f64x2.add(v128.load(address), value));
}

/** 16 columns, or fewer and zeros. */
@inline function copyLine(to: usize, from: usize, width: i32): void {
  if (width === 16) {
    v128.store(to, v128.load(from)); v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32); v128.store(to, v128.load(from, 48), 48);
    v128.store(to, v128.load(from, 64), 64); v128.store(to, v128.load(from, 80), 80);
    v128.store(to, v128.load(from, 96), 96); v128.store(to, v128.load(from, 112), 112);
  } else {
    for (let j = 0; j < width; j++) store<f64>(to + (<usize>j << 3), load<f64>(from + (<usize>j << 3)));
    memory.fill(to + (<usize>width << 3), 0, <usize>(16 - width) << 3);
  }
}

/** Adds the first `width` numbers of a line to c. */
@inline function addLine(c: usize, line: usize, width: i32): void {
  for (let j = 0; j < width; j++) store<f64>(c + (<usize>j << 3), load<f64>(c + (<usize>j << 3)) + load<f64>(line + (<usize>j << 3)));
}

/** C[targets[l] + j] += Σ_{starts[l] ≤ e < starts[l+1]} weights[e] · B[entries[e]·n + j] for l < lists, j < n. */
export function gatheredSums(lists: i32, n: i32, starts: usize, entries: usize, weights: usize, b: usize, targets: usize): void {
  const row = <usize>n << 3;
  for (let l = 0; l < lists; l++) {
    const first = load<i32>(starts + (<usize>l << 2)), stop = load<i32>(starts + (<usize>l << 2), 4);
    if (first === stop) continue;
    const c = <usize>load<i32>(targets + (<usize>l << 2)) << 3;
    const begin = entries + (<usize>first << 2), end = entries + (<usize>stop << 2);
    const w0 = weights + (<usize>first << 3);
    let j = 0;
    for (; j + 16 <= n; j += 16) {
      const o = <usize>j << 3;
      let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
      let w = w0;
      for (let e = begin; e < end; e += 4) {
        const p = b + <usize>load<i32>(e) * row + o;
        const x = v128.load64_splat(w);
        c0 = plusProduct(x, v128.load(p), c0); c1 = plusProduct(x, v128.load(p, 16), c1);
        c2 = plusProduct(x, v128.load(p, 32), c2); c3 = plusProduct(x, v128.load(p, 48), c3);
        c4 = plusProduct(x, v128.load(p, 64), c4); c5 = plusProduct(x, v128.load(p, 80), c5);
        c6 = plusProduct(x, v128.load(p, 96), c6); c7 = plusProduct(x, v128.load(p, 112), c7);
        w += 8;
      }
      const t = c + o;
      add(t, c0); add(t + 16, c1); add(t + 32, c2); add(t + 48, c3);
      add(t + 64, c4); add(t + 80, c5); add(t + 96, c6); add(t + 112, c7);
    }
    for (; j + 8 <= n; j += 8) {
      const o = <usize>j << 3;
      let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0;
      let w = w0;
      for (let e = begin; e < end; e += 4) {
        const p = b + <usize>load<i32>(e) * row + o;
        const x = v128.load64_splat(w);
        c0 = plusProduct(x, v128.load(p), c0); c1 = plusProduct(x, v128.load(p, 16), c1);
        c2 = plusProduct(x, v128.load(p, 32), c2); c3 = plusProduct(x, v128.load(p, 48), c3);
        w += 8;
      }
      add(c + o, c0); add(c + o + 16, c1); add(c + o + 32, c2); add(c + o + 48, c3);
    }
    for (; j + 2 <= n; j += 2) {
      const o = <usize>j << 3;
      let sum = f64x2.splat(0);
      let w = w0;
      for (let e = begin; e < end; e += 4) {
        sum = plusProduct(v128.load64_splat(w), v128.load(b + <usize>load<i32>(e) * row + o), sum);
        w += 8;
      }
      add(c + o, sum);
    }
    if (j < n) {
      const o = <usize>j << 3;
      let sum: f64 = 0;
      let w = w0;
      for (let e = begin; e < end; e += 4) {
        sum += load<f64>(w) * load<f64>(b + <usize>load<i32>(e) * row + o);
        w += 8;
      }
      store<f64>(c + o, load<f64>(c + o) + sum);
    }
  }
}

/** C[targets[l] + j] += Σ_{starts[l] ≤ e < starts[l+1]} Σ_{bounds[2e] ≤ r < bounds[2e+1]} B[r·n + j]: differences of running sums. */
export function runSums(lists: i32, n: i32, rows: i32, starts: usize, bounds: usize, b: usize, targets: usize, panel: usize): void {
  const line = panel + (<usize>(rows + 1) << 7);
  for (let j = 0; j < n; j += 16) {
    const width = min(16, n - j);
    const shift = <usize>j << 3;
    memory.fill(panel, 0, 128);
    for (let r = 0; r < rows; r++) {
      const p = panel + (<usize>r << 7);
      copyLine(p + 128, b + shift + (<usize>(r * n) << 3), width);
      for (let o: usize = 0; o < 128; o += 16) add(p + 128 + o, v128.load(p + o));
    }
    for (let l = 0; l < lists; l++) {
      const first = load<i32>(starts + (<usize>l << 2)), stop = load<i32>(starts + (<usize>l << 2), 4);
      if (first === stop) continue;
      memory.fill(line, 0, 128);
      for (let e = first; e < stop; e++) {
        const low = panel + (<usize>load<i32>(bounds + (<usize>e << 3)) << 7);
        const high = panel + (<usize>load<i32>(bounds + (<usize>e << 3), 4) << 7);
        for (let o: usize = 0; o < 128; o += 16) add(line + o, f64x2.sub(v128.load(high + o), v128.load(low + o)));
      }
      addLine((<usize>load<i32>(targets + (<usize>l << 2)) << 3) + shift, line, width);
    }
  }
}

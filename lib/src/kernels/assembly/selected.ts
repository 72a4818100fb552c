// Each feature by itself: 16 columns of its sum stay in eight registers while its rows are read once. Offsets in the lists count doubles.
import { plusProduct } from "./fused";

@inline function at(list: usize, k: i32): usize {
  return (<usize>load<i32>(list + (<usize>k << 2))) << 3;
}

@inline function add(address: usize, factor: v128, sum: v128): void {
  v128.store(address, plusProduct(factor, sum, v128.load(address)));
}

/** C[cRows[f] + shift + j] += factors[f] Σ_{first ≤ k < first+depth} A[aRows[f] + k] · B[bRows[bLists[f] + k] + j] for f < features, j < n. */
export function selectedProducts(features: i32, n: i32, first: i32, depth: i32, aRows: usize, bLists: usize, bRows: usize, cRows: usize, shift: i32, factors: usize): void {
  for (let f = 0; f < features; f++) {
    const a = at(aRows, f) + (<usize>first << 3);
    const rows = bRows + (<usize>(load<i32>(bLists + (<usize>f << 2)) + first) << 2);
    const c = at(cRows, f) + (<usize>shift << 3);
    const factor = v128.load64_splat(factors + (<usize>f << 3));
    let j = 0;
    for (; j + 16 <= n; j += 16) {
      const o = <usize>j << 3;
      let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
      for (let k = 0; k < depth; k++) {
        const b = at(rows, k) + o;
        const x = v128.load64_splat(a + (<usize>k << 3));
        c0 = plusProduct(x, v128.load(b), c0); c1 = plusProduct(x, v128.load(b, 16), c1);
        c2 = plusProduct(x, v128.load(b, 32), c2); c3 = plusProduct(x, v128.load(b, 48), c3);
        c4 = plusProduct(x, v128.load(b, 64), c4); c5 = plusProduct(x, v128.load(b, 80), c5);
        c6 = plusProduct(x, v128.load(b, 96), c6); c7 = plusProduct(x, v128.load(b, 112), c7);
      }
      const t = c + o;
      add(t, factor, c0); add(t + 16, factor, c1); add(t + 32, factor, c2); add(t + 48, factor, c3);
      add(t + 64, factor, c4); add(t + 80, factor, c5); add(t + 96, factor, c6); add(t + 112, factor, c7);
    }
    for (; j + 8 <= n; j += 8) {
      const o = <usize>j << 3;
      let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0;
      for (let k = 0; k < depth; k++) {
        const b = at(rows, k) + o;
        const x = v128.load64_splat(a + (<usize>k << 3));
        c0 = plusProduct(x, v128.load(b), c0); c1 = plusProduct(x, v128.load(b, 16), c1);
        c2 = plusProduct(x, v128.load(b, 32), c2); c3 = plusProduct(x, v128.load(b, 48), c3);
      }
      const t = c + o;
      add(t, factor, c0); add(t + 16, factor, c1); add(t + 32, factor, c2); add(t + 48, factor, c3);
    }
    for (; j + 2 <= n; j += 2) {
      const o = <usize>j << 3;
      let sum = f64x2.splat(0);
      for (let k = 0; k < depth; k++)
        sum = plusProduct(v128.load64_splat(a + (<usize>k << 3)), v128.load(at(rows, k) + o), sum);
      add(c + o, factor, sum);
    }
    for (; j < n; j++) {
      const o = <usize>j << 3;
      let sum: f64 = 0;
      for (let k = 0; k < depth; k++) sum += load<f64>(a + (<usize>k << 3)) * load<f64>(at(rows, k) + o);
      store<f64>(c + o, load<f64>(c + o) + f64x2.extract_lane(factor, 0) * sum);
    }
  }
}

/** C[cRows[f] + i·taps + k] += factors[f] · X[i·inputSites + siteOf[sites[f]·taps + k]] for f < features, i < channels, k < taps; no input where siteOf is −1. */
export function selectedPatches(features: i32, channels: i32, taps: i32, inputSites: i32, x: usize, siteOf: usize, sites: usize, cRows: usize, factors: usize): void {
  const step = <usize>inputSites << 3;
  for (let f = 0; f < features; f++) {
    const table = siteOf + (<usize>(load<i32>(sites + (<usize>f << 2)) * taps) << 2), end = table + (<usize>taps << 2);
    const factor = load<f64>(factors + (<usize>f << 3));
    let c = at(cRows, f);
    let p = x;
    for (let i = 0; i < channels; i++) {
      for (let k = table; k < end; k += 4) {
        const site = load<i32>(k);
        if (site >= 0) store<f64>(c, load<f64>(c) + factor * load<f64>(p + (<usize>site << 3)));
        c += 8;
      }
      p += step;
    }
  }
}

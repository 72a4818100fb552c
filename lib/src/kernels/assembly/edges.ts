// The edge block of an interaction network in one sweep; what it computes and the list of places it reads are described beside its
// twin, ../twins. Offsets in the list count doubles. All lengths along sites are multiples of 4, all widths too.
import { plusProduct } from "./fused";

@inline function field(list: usize, k: i32): i32 {
  return load<i32>(list + (<usize>k << 2));
}

@inline function place(list: usize, k: i32): usize {
  return (<usize>field(list, k)) << 3;
}

@inline function finish(at: usize, value: v128, mode: i32, mask: usize): void {
  if (mode == 1) value = f64x2.pmax(value, f64x2.splat(0)); // in this order NaN stays
  else if (mode == 2) value = v128.and(value, f64x2.gt(v128.load(mask), f64x2.splat(0)));
  v128.store(at, value);
}

/**
 * C[i, j] = bias[i] + Σ_k W[i·wRow + k·wStep] B[k, j], rows of B, C and mask `stride` apart.
 * mode 1: what is below 0 becomes 0; mode 2: 0 where mask[i, j] ≤ 0
 */
function product(
  m: i32, n: i32, depth: i32, w: usize, wRow: i32, wStep: i32, b: usize, bias: usize, c: usize, stride: i32, mode: i32, mask: usize,
): void {
  const row = <usize>stride << 3;
  const wr = <usize>wRow << 3, ws = <usize>wStep << 3;
  for (let i = 0; i < m; i += 4) {
    const w0 = w + <usize>i * wr;
    const z0 = bias ? v128.load64_splat(bias + (<usize>i << 3)) : f64x2.splat(0);
    const z1 = bias ? v128.load64_splat(bias + (<usize>i << 3), 8) : f64x2.splat(0);
    const z2 = bias ? v128.load64_splat(bias + (<usize>i << 3), 16) : f64x2.splat(0);
    const z3 = bias ? v128.load64_splat(bias + (<usize>i << 3), 24) : f64x2.splat(0);
    for (let j = 0; j < n; j += 4) {
      const o = <usize>j << 3;
      let a0 = w0, a1 = w0 + wr, a2 = w0 + 2 * wr, a3 = w0 + 3 * wr;
      let p = b + o;
      let c00 = z0, c01 = z0, c10 = z1, c11 = z1, c20 = z2, c21 = z2, c30 = z3, c31 = z3;
      for (let k = 0; k < depth; k++) {
        const b0 = v128.load(p), b1 = v128.load(p, 16);
        let x = v128.load64_splat(a0);
        c00 = plusProduct(x, b0, c00); c01 = plusProduct(x, b1, c01);
        x = v128.load64_splat(a1);
        c10 = plusProduct(x, b0, c10); c11 = plusProduct(x, b1, c11);
        x = v128.load64_splat(a2);
        c20 = plusProduct(x, b0, c20); c21 = plusProduct(x, b1, c21);
        x = v128.load64_splat(a3);
        c30 = plusProduct(x, b0, c30); c31 = plusProduct(x, b1, c31);
        a0 += ws; a1 += ws; a2 += ws; a3 += ws;
        p += row;
      }
      const shift = <usize>i * row + o;
      let t = c + shift, q = mask + shift;
      finish(t, c00, mode, q); finish(t + 16, c01, mode, q + 16); t += row; q += row;
      finish(t, c10, mode, q); finish(t + 16, c11, mode, q + 16); t += row; q += row;
      finish(t, c20, mode, q); finish(t + 16, c21, mode, q + 16); t += row; q += row;
      finish(t, c30, mode, q); finish(t + 16, c31, mode, q + 16);
    }
  }
}

@inline function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

@inline function addTo(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** C[i·cRow + r] += Σ_{j<n} A[i, j] B[r, j]; and, with `bias`, bias[i] += Σ_j A[i, j]. */
function dots(m: i32, count: i32, n: i32, a: usize, b: usize, stride: i32, c: usize, cRow: i32, bias: usize): void {
  const row = <usize>stride << 3;
  const end = <usize>n << 3;
  for (let i = 0; i < m; i += 2) {
    const a0 = a + <usize>i * row, a1 = a0 + row;
    const r0 = c + (<usize>(i * cRow) << 3), r1 = r0 + (<usize>cRow << 3);
    let r = 0;
    for (; r + 4 <= count; r += 4) {
      const b0 = b + <usize>r * row, b1 = b0 + row, b2 = b1 + row, b3 = b2 + row;
      let s00 = f64x2.splat(0), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00;
      for (let o: usize = 0; o < end; o += 16) {
        const x = v128.load(a0 + o), y = v128.load(a1 + o);
        let q = v128.load(b0 + o);
        s00 = plusProduct(x, q, s00); s10 = plusProduct(y, q, s10);
        q = v128.load(b1 + o);
        s01 = plusProduct(x, q, s01); s11 = plusProduct(y, q, s11);
        q = v128.load(b2 + o);
        s02 = plusProduct(x, q, s02); s12 = plusProduct(y, q, s12);
        q = v128.load(b3 + o);
        s03 = plusProduct(x, q, s03); s13 = plusProduct(y, q, s13);
      }
      const p = r0 + (<usize>r << 3), q = r1 + (<usize>r << 3);
      addTo(p, total(s00)); addTo(p + 8, total(s01)); addTo(p + 16, total(s02)); addTo(p + 24, total(s03));
      addTo(q, total(s10)); addTo(q + 8, total(s11)); addTo(q + 16, total(s12)); addTo(q + 24, total(s13));
    }
    for (; r < count; r++) {
      const b0 = b + <usize>r * row;
      let s0 = f64x2.splat(0), s1 = s0;
      for (let o: usize = 0; o < end; o += 16) {
        const q = v128.load(b0 + o);
        s0 = plusProduct(v128.load(a0 + o), q, s0); s1 = plusProduct(v128.load(a1 + o), q, s1);
      }
      addTo(r0 + (<usize>r << 3), total(s0)); addTo(r1 + (<usize>r << 3), total(s1));
    }
    if (!bias) continue;
    let s0 = f64x2.splat(0), s1 = s0;
    for (let o: usize = 0; o < end; o += 16) {
      s0 = f64x2.add(s0, v128.load(a0 + o)); s1 = f64x2.add(s1, v128.load(a1 + o));
    }
    addTo(bias + (<usize>i << 3), total(s0)); addTo(bias + (<usize>i << 3) + 8, total(s1));
  }
}

/** First layer for each object, then the tile of receivers `from` … `from + count`: the three layers and the weights of the sites. */
function firstLayer(list: usize): void {
  const R = field(list, 0), S = field(list, 1), h1 = field(list, 7), stride = field(list, 10);
  const w = place(list, 14), xr = place(list, 12), xs = place(list, 13);
  product(h1, (field(list, 2) + 3) & ~3, R, w, R + S, 1, xr, place(list, 15), place(list, 20), stride, 0, 0);
  product(h1, (field(list, 3) + 3) & ~3, S, w + (<usize>R << 3), R + S, 1, xs, 0, place(list, 21), stride, 0, 0);
}

function tile(list: usize, from: i32, count: i32): i32 {
  const ns = field(list, 3), lastSender = field(list, 5), self = field(list, 6);
  const h1 = field(list, 7), h2 = field(list, 8), d = field(list, 9), stride = field(list, 10), T = field(list, 11);
  const width = (ns + 3) & ~3;
  const a = place(list, 20), b = place(list, 21), t1 = place(list, 22), t2 = place(list, 23), t3 = place(list, 24), wt = place(list, 25);
  const sites = count * width;
  const zero = f64x2.splat(0);
  for (let j = 0; j < h1; j++) {
    const own = a + (<usize>(j * stride + from) << 3);
    const theirs = b + (<usize>(j * stride) << 3);
    let at = t1 + (<usize>(j * T) << 3);
    for (let r = 0; r < count; r++) {
      const x = v128.load64_splat(own + (<usize>r << 3));
      for (let s = 0; s < width; s += 2) {
        v128.store(at, f64x2.pmax(f64x2.add(x, v128.load(theirs + (<usize>s << 3))), zero));
        at += 16;
      }
    }
  }
  for (let r = 0; r < count; r++) {
    const at = wt + (<usize>(r * width) << 3);
    for (let s = 0; s < width; s++) store<f64>(at + (<usize>s << 3), s < ns ? 1.0 : 0.0);
    store<f64>(at + (<usize>(ns - 1) << 3), <f64>lastSender);
    if (self) addTo(at + (<usize>(from + r) << 3), -1);
  }
  product(h2, sites, h1, place(list, 16), h1, 1, t1, place(list, 17), t2, T, 1, 0);
  product(d, sites, h2, place(list, 18), h2, 1, t2, place(list, 19), t3, T, 1, 0);
  return sites;
}

export function edgeForward(list: usize): void {
  const nr = field(list, 2), width = (field(list, 3) + 3) & ~3, d = field(list, 9), stride = field(list, 10), T = field(list, 11);
  const t3 = place(list, 24), wt = place(list, 25), y = place(list, 26);
  const most = T / width;
  firstLayer(list);
  for (let from = 0; from < nr; from += most) {
    const count = min(most, nr - from);
    tile(list, from, count);
    for (let j = 0; j < d; j++) {
      let at = t3 + (<usize>(j * T) << 3), w = wt;
      for (let r = 0; r < count; r++) {
        let sum = f64x2.splat(0);
        for (let s = 0; s < width; s += 2) {
          sum = plusProduct(v128.load(w), v128.load(at), sum);
          w += 16; at += 16;
        }
        store<f64>(y + (<usize>(j * stride + from + r) << 3), total(sum));
      }
    }
  }
}

export function edgeGradient(list: usize): void {
  const R = field(list, 0), S = field(list, 1), nr = field(list, 2), ns = field(list, 3);
  const h1 = field(list, 7), h2 = field(list, 8), d = field(list, 9), stride = field(list, 10), T = field(list, 11);
  const width = (ns + 3) & ~3;
  const t1 = place(list, 22), t2 = place(list, 23), t3 = place(list, 24), wt = place(list, 25), g = place(list, 27);
  const u1 = place(list, 28), u2 = place(list, 29), ga = place(list, 30), gb = place(list, 31);
  const most = T / width;
  const zero = f64x2.splat(0);
  firstLayer(list);
  memory.fill(ga, 0, <usize>(h1 * stride) << 3);
  memory.fill(gb, 0, <usize>(h1 * stride) << 3);
  for (let from = 0; from < nr; from += most) {
    const count = min(most, nr - from);
    const sites = tile(list, from, count);
    // the third layer's activations become their gradients
    for (let j = 0; j < d; j++) {
      let at = t3 + (<usize>(j * T) << 3), w = wt;
      for (let r = 0; r < count; r++) {
        const x = v128.load64_splat(g + (<usize>(j * stride + from + r) << 3));
        for (let s = 0; s < width; s += 2) {
          v128.store(at, v128.and(f64x2.mul(x, v128.load(w)), f64x2.gt(v128.load(at), zero)));
          w += 16; at += 16;
        }
      }
    }
    dots(d, h2, sites, t3, t2, T, place(list, 36), h2, place(list, 37));
    product(h2, sites, d, place(list, 18), 1, h2, t3, 0, u2, T, 2, t2);
    dots(h2, h1, sites, u2, t1, T, place(list, 34), h1, place(list, 35));
    product(h1, sites, h2, place(list, 16), 1, h1, u2, 0, u1, T, 2, t1);
    for (let j = 0; j < h1; j++) {
      let at = u1 + (<usize>(j * T) << 3);
      const theirs = gb + (<usize>(j * stride) << 3);
      for (let r = 0; r < count; r++) {
        let sum = zero;
        for (let s = 0; s < width; s += 2) {
          const v = v128.load(at);
          sum = f64x2.add(sum, v);
          v128.store(theirs + (<usize>s << 3), f64x2.add(v128.load(theirs + (<usize>s << 3)), v));
          at += 16;
        }
        store<f64>(ga + (<usize>(j * stride + from + r) << 3), total(sum));
      }
    }
  }
  const gw = place(list, 32);
  dots(h1, R, (nr + 3) & ~3, ga, place(list, 12), stride, gw, R + S, place(list, 33));
  dots(h1, S, (ns + 3) & ~3, gb, place(list, 13), stride, gw + (<usize>R << 3), R + S, 0);
}

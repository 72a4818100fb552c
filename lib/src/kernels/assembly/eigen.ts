// Householder reduction of a symmetric matrix to tridiagonal form.
import { reduceAtOnce } from "./eigenSmall";
import { plusProduct } from "./fused";
import { packedTile, PANEL, rowsTogether, TILES } from "./packed";
import { dotProduct, entry, reflector, scaled, total } from "./reflections";

const TOGETHER = 32; // reflections between two updates of the matrix
const LARGE = 400; // rows from which on the matrix leaves the second-level cache

/** w ← half u − t p, n entries. */
@inline function combined(n: i32, w: usize, t: f64, p: usize, half: f64, u: usize): void {
  const tv = f64x2.splat(t), hv = f64x2.splat(half);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const ahead = f64x2.mul(hv, v128.load(entry(u, j)));
    v128.store(entry(w, j), f64x2.sub(ahead, f64x2.mul(tv, v128.load(entry(p, j)))));
  }
  if (j < n) store<f64>(entry(w, j), half * load<f64>(entry(u, j)) - t * load<f64>(entry(p, j)));
}

/** to += a x + b y, n entries. */
@inline function addTwo(n: i32, to: usize, a: f64, x: usize, b: f64, y: usize): void {
  const av = f64x2.splat(a), bv = f64x2.splat(b);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const o = <usize>j << 3;
    v128.store(to + o, plusProduct(bv, v128.load(y + o), plusProduct(av, v128.load(x + o), v128.load(to + o))));
  }
  if (j < n) {
    const o = <usize>j << 3;
    store<f64>(to + o, load<f64>(to + o) + a * load<f64>(x + o) + b * load<f64>(y + o));
  }
}

/** to += Σ_k (c[2k] u_k + c[2k + 1] v_k), n entries, with u_k and v_k the rows k and count + k at s; two k at a time. */
function addPairs(n: i32, to: usize, pairs: i32, s: usize, row: usize, v: usize, c: usize): void {
  let k = 0;
  for (; k + 2 <= pairs; k += 2) {
    const u0 = s + <usize>k * row, u1 = u0 + row, v0 = v + <usize>k * row, v1 = v0 + row, at = entry(c, 2 * k);
    const a = load<f64>(at), b = load<f64>(at, 8), d = load<f64>(at, 16), e = load<f64>(at, 24);
    const av = f64x2.splat(a), bv = f64x2.splat(b), dv = f64x2.splat(d), ev = f64x2.splat(e);
    let j = 0;
    for (; j + 2 <= n; j += 2) {
      const o = <usize>j << 3;
      const x = plusProduct(bv, v128.load(v0 + o), f64x2.mul(av, v128.load(u0 + o)));
      const y = plusProduct(ev, v128.load(v1 + o), f64x2.mul(dv, v128.load(u1 + o)));
      v128.store(to + o, f64x2.add(v128.load(to + o), f64x2.add(x, y)));
    }
    if (j < n) {
      const o = <usize>j << 3;
      const x = a * load<f64>(u0 + o) + b * load<f64>(v0 + o), y = d * load<f64>(u1 + o) + e * load<f64>(v1 + o);
      store<f64>(to + o, load<f64>(to + o) + (x + y));
    }
  }
  if (k < pairs) {
    const at = entry(c, 2 * k);
    addTwo(n, to, load<f64>(at), s + <usize>k * row, load<f64>(at, 8), v + <usize>k * row);
  }
}

/** c[2k] ← ⟨v_k, x⟩ and c[2k + 1] ← ⟨u_k, x⟩ over n entries; two k at a time. */
function pairDots(n: i32, x: usize, pairs: i32, s: usize, row: usize, v: usize, c: usize): void {
  let k = 0;
  for (; k + 2 <= pairs; k += 2) {
    const u0 = s + <usize>k * row, u1 = u0 + row, v0 = v + <usize>k * row, v1 = v0 + row, at = entry(c, 2 * k);
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let j = 0;
    for (; j + 2 <= n; j += 2) {
      const o = <usize>j << 3;
      const y = v128.load(x + o);
      s0 = plusProduct(y, v128.load(v0 + o), s0);
      s1 = plusProduct(y, v128.load(u0 + o), s1);
      s2 = plusProduct(y, v128.load(v1 + o), s2);
      s3 = plusProduct(y, v128.load(u1 + o), s3);
    }
    let t0 = total(s0), t1 = total(s1), t2 = total(s2), t3 = total(s3);
    if (j < n) {
      const o = <usize>j << 3;
      const y = load<f64>(x + o);
      t0 += y * load<f64>(v0 + o); t1 += y * load<f64>(u0 + o); t2 += y * load<f64>(v1 + o); t3 += y * load<f64>(u1 + o);
    }
    store<f64>(at, t0); store<f64>(at, t1, 8); store<f64>(at, t2, 16); store<f64>(at, t3, 24);
  }
  if (k < pairs) {
    store<f64>(entry(c, 2 * k), dotProduct(n, v + <usize>k * row, x));
    store<f64>(entry(c, 2 * k + 1), dotProduct(n, s + <usize>k * row, x));
  }
}

/** p ← A u for the leading m × m block, of which the lower triangle is read; four rows at a time. */
function symmetricProduct(m: i32, a: usize, stride: usize, u: usize, p: usize): void {
  memory.fill(p, 0, <usize>m << 3);
  let r = 0;
  for (; r + 4 <= m; r += 4) {
    const a0 = a + <usize>r * stride, a1 = a0 + stride, a2 = a1 + stride, a3 = a2 + stride, at = entry(u, r);
    const u0 = v128.load64_splat(at), u1 = v128.load64_splat(at, 8), u2 = v128.load64_splat(at, 16), u3 = v128.load64_splat(at, 24);
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let j = 0; j < r; j += 2) {
      const o = <usize>j << 3;
      const uv = v128.load(u + o);
      let x = v128.load(a0 + o);
      s0 = plusProduct(x, uv, s0);
      let y = f64x2.mul(x, u0);
      x = v128.load(a1 + o);
      s1 = plusProduct(x, uv, s1);
      y = plusProduct(x, u1, y);
      x = v128.load(a2 + o);
      s2 = plusProduct(x, uv, s2);
      let z = f64x2.mul(x, u2);
      x = v128.load(a3 + o);
      s3 = plusProduct(x, uv, s3);
      z = plusProduct(x, u3, z);
      v128.store(p + o, f64x2.add(v128.load(p + o), f64x2.add(y, z)));
    }
    const d = entry(p, r);
    store<f64>(d, load<f64>(d) + total(s0)); store<f64>(d, load<f64>(d, 8) + total(s1), 8);
    store<f64>(d, load<f64>(d, 16) + total(s2), 16); store<f64>(d, load<f64>(d, 24) + total(s3), 24);
    for (let i = r; i < r + 4; i++) rowOf(a + <usize>i * stride, r, i, u, p);
  }
  for (; r < m; r++) rowOf(a + <usize>r * stride, 0, r, u, p);
}

/** What the entries from … i of row i, and those mirrored, add to p. */
@inline function rowOf(row: usize, from: i32, i: i32, u: usize, p: usize): void {
  const ui = load<f64>(entry(u, i));
  let sum = load<f64>(entry(row, i)) * ui;
  for (let j = from; j < i; j++) {
    const x = load<f64>(entry(row, j));
    sum += x * load<f64>(entry(u, j));
    store<f64>(entry(p, j), load<f64>(entry(p, j)) + x * ui);
  }
  store<f64>(entry(p, i), load<f64>(entry(p, i)) + sum);
}

/** Lower triangle of the leading m × m block += Σ_k x_k y_kᵀ, with x_k and y_k the rows k at x and y; m is a multiple of four. */
function addOuterProducts(m: i32, a: usize, stride: usize, count: i32, x: usize, y: usize, row: usize): void {
  const tile = <usize>count << 5;
  const block = rowsTogether(count);
  for (let first = 0; first < m; first += block) {
    const end = min(m, first + block);
    for (let i = first; i < end; i += 4) packFour(count, entry(x, i), row, TILES + <usize>((i - first) >> 2) * tile);
    for (let j = 0; j < end; j += 4) {
      packFour(count, entry(y, j), row, PANEL);
      for (let i = max(first, j); i < end; i += 4) {
        const c = a + <usize>i * stride + (<usize>j << 3);
        packedTile(count, TILES + <usize>((i - first) >> 2) * tile, PANEL, c, c + stride, c + 2 * stride, c + 3 * stride);
      }
    }
  }
}

/** Four doubles of each of `count` rows, one after the other. */
function packFour(count: i32, from: usize, row: usize, to: usize): void {
  for (let k = 0; k < count; k++, from += row, to += 32) {
    v128.store(to, v128.load(from)); v128.store(to, v128.load(from, 16), 16);
  }
}

/** Bytes of a row of scratch: not a power of two, or its columns would share few places of the first-level cache. */
@inline function scratchRow(n: i32): usize {
  const length = ((n + 7) & ~7) + 8;
  return <usize>((length & 63) == 0 ? length + 8 : length) << 3;
}

/**
 * A = Q T Qᵀ: diagonal[i] = T_ii, offDiagonal[i] = T_{i,i−1}, row i of `reflectors` is u_i (length i), Q = Π (1 − τ u uᵀ).
 *
 * Row by row from the last one up, as LAPACK's dsytrd: of up to 32 reflections A − Σ (u wᵀ + w uᵀ) is kept as these vectors,
 * which only correct the row at hand and A u, and is then formed at once. A row that needs no reflection (entries below
 * 1e-145) has τ = 0, u = 0. Scratch holds the u, the −w, the u again, so that both products of the update are one, then p = A u.
 */
export function tridiagonalise(
  n: i32, a: usize, diagonal: usize, offDiagonal: usize, reflectors: usize, tau: usize, scratch: usize,
): void {
  const stride = <usize>n << 3, row = scratchRow(n);
  const p = scratch + 3 * TOGETHER * row, c = p + row;
  if (n < LARGE) return reduceAtOnce(n, a, diagonal, offDiagonal, reflectors, tau, scratch, p);
  for (let top = n; top > 0; ) {
    const rest = (max(0, top - TOGETHER) + 3) & ~3; // a multiple of four is left
    const count = top - rest;
    const minus = scratch + <usize>count * row, again = minus + <usize>count * row;
    for (let m = top - 1; m >= rest; m--) {
      const k = top - 1 - m;
      const own = a + <usize>m * stride;
      for (let i = 0; i < k; i++) {
        store<f64>(entry(c, 2 * i), load<f64>(entry(minus + <usize>i * row, m)));
        store<f64>(entry(c, 2 * i + 1), load<f64>(entry(scratch + <usize>i * row, m)));
      }
      addPairs(m + 1, own, k, scratch, row, minus, c);
      store<f64>(entry(diagonal, m), load<f64>(entry(own, m)));
      if (m == 0) break;

      const u = reflectors + <usize>m * stride;
      const t = reflector(m, own, u, stride, offDiagonal, tau);
      memory.copy(scratch + <usize>k * row, u, <usize>m << 3);
      memory.copy(again + <usize>k * row, u, <usize>m << 3);

      // p = A u, and w = τ p − ½ τ² (pᵀu) u
      symmetricProduct(m, a, stride, u, p);
      pairDots(m, u, k, scratch, row, minus, c);
      addPairs(m, p, k, scratch, row, minus, c);
      combined(m, minus + <usize>k * row, t, p, 0.5 * t * t * dotProduct(m, p, u), u);
    }
    addOuterProducts(rest, a, stride, 2 * count, scratch, minus, row);
    top = rest;
  }
  memory.fill(reflectors, 0, stride);
  store<f64>(offDiagonal, 0);
}

// Householder reduction of a matrix that is near as a whole.
import { plusProduct } from "./fused";
import { dotProduct, entry, reflector, total } from "./reflections";

/** Two doubles of a row after the pending update: x − q w − g u. */
@inline function updated(x: v128, q: v128, w: v128, g: v128, u: v128): v128 {
  return f64x2.sub(x, plusProduct(g, u, f64x2.mul(q, w)));
}

/** Row m after the pending update, up to the diagonal. */
@inline function updateRow(row: usize, m: i32, q: f64, g: f64, w: usize, last: usize): void {
  const qv = f64x2.splat(q), gv = f64x2.splat(g);
  let j = 0;
  for (; j + 2 <= m + 1; j += 2) {
    const x = entry(row, j);
    const ahead = f64x2.sub(v128.load(x), f64x2.mul(qv, v128.load(entry(w, j))));
    v128.store(x, f64x2.sub(ahead, f64x2.mul(gv, v128.load(entry(last, j)))));
  }
  if (j <= m) {
    const x = entry(row, j);
    store<f64>(x, load<f64>(x) - q * load<f64>(entry(w, j)) - g * load<f64>(entry(last, j)));
  }
}

/** w ← t p − half u, n entries. */
@inline function combined(n: i32, w: usize, t: f64, p: usize, half: f64, u: usize): void {
  const tv = f64x2.splat(t), hv = f64x2.splat(half);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const ahead = f64x2.mul(tv, v128.load(entry(p, j)));
    v128.store(entry(w, j), f64x2.sub(ahead, f64x2.mul(hv, v128.load(entry(u, j)))));
  }
  if (j < n) store<f64>(entry(w, j), t * load<f64>(entry(p, j)) - half * load<f64>(entry(u, j)));
}

/** One entry left of the diagonal: applies the pending update, adds its mirror image to p, returns its share of (A u)_r. */
@inline function scalarEntry(row: usize, j: i32, q: f64, g: f64, ur: f64, w: usize, last: usize, u: usize, p: usize): f64 {
  const a = entry(row, j);
  const x = load<f64>(a) - q * load<f64>(entry(w, j)) - g * load<f64>(entry(last, j));
  store<f64>(a, x);
  store<f64>(entry(p, j), load<f64>(entry(p, j)) + x * ur);
  return x * load<f64>(entry(u, j));
}

/** The diagonal entry of row r: updated, stored; returns its share of (A u)_r. */
@inline function diagonalEntry(row: usize, r: i32, q: f64, g: f64, ur: f64, w: usize, last: usize): f64 {
  const a = entry(row, r);
  const x = load<f64>(a) - q * load<f64>(entry(w, r)) - g * load<f64>(entry(last, r));
  store<f64>(a, x);
  return x * ur;
}

/**
 * The rank-two update of each step waits for the next one, where the same pass over the matrix also forms A u; two rows
 * are taken at a time.
 */
export function reduceAtOnce(
  n: i32, a: usize, diagonal: usize, offDiagonal: usize, reflectors: usize, tau: usize, w: usize, p: usize,
): void {
  const stride = <usize>n << 3;
  let last = w; // u of the step before; zeros at first, so that the first update changes nothing
  memory.fill(w, 0, stride);
  for (let m = n - 1; m > 0; m--) {
    const row = a + <usize>m * stride;
    const u = reflectors + <usize>m * stride;
    const q = load<f64>(entry(last, m)), g = load<f64>(entry(w, m));
    updateRow(row, m, q, g, w, last);
    store<f64>(entry(diagonal, m), load<f64>(entry(row, m)));

    const t = reflector(m, row, u, stride, offDiagonal, tau);

    // pending update of the leading m × m block, and p = A u of the result
    memory.fill(p, 0, <usize>m << 3);
    let r = 0;
    for (; r + 2 <= m; r += 2) {
      const row0 = a + <usize>r * stride, row1 = row0 + stride;
      const ur0 = load<f64>(entry(u, r)), ur1 = load<f64>(entry(u, r + 1));
      const q0 = load<f64>(entry(last, r)), q1 = load<f64>(entry(last, r + 1));
      const g0 = load<f64>(entry(w, r)), g1 = load<f64>(entry(w, r + 1));
      const ur0v = f64x2.splat(ur0), ur1v = f64x2.splat(ur1);
      const q0v = f64x2.splat(q0), q1v = f64x2.splat(q1), g0v = f64x2.splat(g0), g1v = f64x2.splat(g1);
      let s0 = f64x2.splat(0), s1 = s0;
      // r is even: pairs fill the row up to the 2 × 2 block on the diagonal; two of them are taken at a time
      let j = 0;
      for (; j + 4 <= r; j += 4) {
        const o = <usize>j << 3;
        const b0 = row0 + o, b1 = row1 + o, bw = w + o, bl = last + o, bu = u + o, bp = p + o;
        let wv = v128.load(bw), lv = v128.load(bl), uv = v128.load(bu);
        let x0 = updated(v128.load(b0), q0v, wv, g0v, lv);
        let x1 = updated(v128.load(b1), q1v, wv, g1v, lv);
        v128.store(b0, x0);
        v128.store(b1, x1);
        s0 = f64x2.add(s0, f64x2.mul(x0, uv));
        s1 = f64x2.add(s1, f64x2.mul(x1, uv));
        v128.store(bp, f64x2.add(v128.load(bp), f64x2.add(f64x2.mul(x0, ur0v), f64x2.mul(x1, ur1v))));
        wv = v128.load(bw, 16); lv = v128.load(bl, 16); uv = v128.load(bu, 16);
        x0 = updated(v128.load(b0, 16), q0v, wv, g0v, lv);
        x1 = updated(v128.load(b1, 16), q1v, wv, g1v, lv);
        v128.store(b0, x0, 16);
        v128.store(b1, x1, 16);
        s0 = f64x2.add(s0, f64x2.mul(x0, uv));
        s1 = f64x2.add(s1, f64x2.mul(x1, uv));
        v128.store(bp, f64x2.add(v128.load(bp, 16), f64x2.add(f64x2.mul(x0, ur0v), f64x2.mul(x1, ur1v))), 16);
      }
      if (j < r) {
        const o = <usize>j << 3;
        const wv = v128.load(w + o), lv = v128.load(last + o), uv = v128.load(u + o);
        const x0 = updated(v128.load(row0 + o), q0v, wv, g0v, lv);
        const x1 = updated(v128.load(row1 + o), q1v, wv, g1v, lv);
        v128.store(row0 + o, x0);
        v128.store(row1 + o, x1);
        s0 = plusProduct(x0, uv, s0);
        s1 = plusProduct(x1, uv, s1);
        v128.store(p + o, f64x2.add(v128.load(p + o), plusProduct(x1, ur1v, f64x2.mul(x0, ur0v))));
      }
      const sum0 = total(s0) + diagonalEntry(row0, r, q0, g0, ur0, w, last);
      store<f64>(entry(p, r), load<f64>(entry(p, r)) + sum0);
      const sum1 = total(s1) + scalarEntry(row1, r, q1, g1, ur1, w, last, u, p) + diagonalEntry(row1, r + 1, q1, g1, ur1, w, last);
      store<f64>(entry(p, r + 1), load<f64>(entry(p, r + 1)) + sum1);
    }
    if (r < m) {
      const row0 = a + <usize>r * stride;
      const ur0 = load<f64>(entry(u, r)), q0 = load<f64>(entry(last, r)), g0 = load<f64>(entry(w, r));
      let sum: f64 = 0;
      for (let j = 0; j < r; j++) sum += scalarEntry(row0, j, q0, g0, ur0, w, last, u, p);
      sum += diagonalEntry(row0, r, q0, g0, ur0, w, last);
      store<f64>(entry(p, r), load<f64>(entry(p, r)) + sum);
    }

    // w = τ p − ½ τ² (pᵀu) u
    const half = 0.5 * t * t * dotProduct(m, p, u);
    combined(m, w, t, p, half, u);
    last = u;
  }
  store<f64>(diagonal, load<f64>(a) - 2 * load<f64>(last) * load<f64>(w));
  memory.fill(reflectors, 0, stride);
  store<f64>(offDiagonal, 0);
}

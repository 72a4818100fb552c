// The staggered Dirac operator and conjugate gradients with it, see ../twins. Extents are even and at least 4.
import { rowAt, total } from "./rows";

/** What becomes of y = D x (sign 1) or Dᵀ x (sign −1), row by row. */
const STORE = 0; //    out ← y
const NORM = 1; //     out ← 2 y; gives ‖2 y‖²
const DESCEND = 2; //  out −= ½ alpha y; gives ‖out‖²
const FORCE = 3; //    out += ½ alpha x y

/** The pair of sites k, 0 to 3, after that at p: as part of the load it needs no address of its own. */
// @ts-ignore: decorator
@inline function pairAt(k: i32, p: usize): v128 {
  if (k == 1) return v128.load(p, 16);
  if (k == 2) return v128.load(p, 32);
  return k == 3 ? v128.load(p, 48) : v128.load(p);
}
// @ts-ignore: decorator
@inline function putPair(k: i32, p: usize, v: v128): void {
  if (k == 1) v128.store(p, v, 16);
  else if (k == 2) v128.store(p, v, 32);
  else if (k == 3) v128.store(p, v, 48);
  else v128.store(p, v);
}
/** (second of a, first of b): what lies between two pairs that follow each other. */
// @ts-ignore: decorator
@inline function between(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 2);
}

/**
 * With x the pair at hand, `before` and `after` the same one site backward and forward, p0 and p1 in the order of their signs, `turn`
 * the sign along the row; gives the squares of what is stored. What is added up is 2 y: halves need no product, and ±2^k no rounding.
 */
// @ts-ignore: decorator
@inline function siteAt(
  use: i32, pairs: i32, k: i32, x: v128, before: v128, after: v128, p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize,
  turn: v128, twiceMass: usize, out: usize, alpha: v128,
): v128 {
  let y = f64x2.mul(pairAt(k, twiceMass), x);
  y = f64x2.add(y, v128.xor(turn, f64x2.sub(after, before)));
  y = f64x2.add(y, f64x2.sub(pairAt(k, p0), pairAt(k, p1)));
  if (pairs > 1) y = f64x2.add(y, f64x2.sub(pairAt(k, p2), pairAt(k, p3)));
  if (pairs > 2) y = f64x2.add(y, f64x2.sub(pairAt(k, p4), pairAt(k, p5)));
  if (use == STORE) y = f64x2.mul(f64x2.splat(0.5), y);
  if (use == DESCEND) y = f64x2.sub(pairAt(k, out), f64x2.mul(alpha, y));
  if (use == FORCE) y = f64x2.add(pairAt(k, out), f64x2.mul(alpha, f64x2.mul(x, y)));
  putPair(k, out, y);
  return f64x2.mul(y, y);
}

/** Row 2 k of the neighbours, or 2 k + 1 where the phase has the other sign; `other` of both the other. */
// @ts-ignore: decorator
@inline function signedRow(x: usize, t: usize, k: i32, pairs: i32, e: usize, sign: f64, other: i32): usize {
  if (k >= pairs) return 0;
  const ahead = rowAt(x, t, 2 * k + other, pairs), behind = rowAt(x, t, 2 * k + 1 - other, pairs);
  return load<f64>(e + (<usize>k << 3)) * sign > 0 ? ahead : behind;
}

/** Four pairs at a time, whose loads share their addresses, then one by one. */
// @ts-ignore: decorator
@inline function sweepIn(
  use: i32, pairs: i32, rows: i32, n: i32, table: usize, phases: usize, twiceMass: usize, x: usize, out: usize, sign: f64,
  scale: f64,
): f64 {
  const bytes = <usize>n << 3, alpha = f64x2.splat(scale);
  let sum = f64x2.splat(0), other = sum;
  let q = x, m = twiceMass, o = out;
  for (let r = 0; r < rows; r++) {
    const t = table + (<usize>(2 * pairs * r) << 2), e = phases + (<usize>((pairs + 1) * r) << 3);
    let p0 = signedRow(x, t, 0, pairs, e, sign, 0), p1 = signedRow(x, t, 0, pairs, e, sign, 1);
    let p2 = signedRow(x, t, 1, pairs, e, sign, 0), p3 = signedRow(x, t, 1, pairs, e, sign, 1);
    let p4 = signedRow(x, t, 2, pairs, e, sign, 0), p5 = signedRow(x, t, 2, pairs, e, sign, 1);
    const turn = v128.and(f64x2.splat(-0.0), f64x2.splat(sign * load<f64>(e + (<usize>pairs << 3))));
    const row = q, end = q + bytes;
    let x0 = v128.load(q), before = between(v128.load(end - 16), x0);
    for (; q + 64 <= end; q += 64) {
      const x1 = v128.load(q, 16), x2 = v128.load(q, 32), x3 = v128.load(q, 48);
      let after = between(x0, x1);
      const y0 = siteAt(use, pairs, 0, x0, before, after, p0, p1, p2, p3, p4, p5, turn, m, o, alpha);
      before = after; after = between(x1, x2);
      const y1 = siteAt(use, pairs, 1, x1, before, after, p0, p1, p2, p3, p4, p5, turn, m, o, alpha);
      before = after; after = between(x2, x3);
      const y2 = siteAt(use, pairs, 2, x2, before, after, p0, p1, p2, p3, p4, p5, turn, m, o, alpha);
      x0 = v128.load(q + 64 < end ? q + 64 : row);
      before = after; after = between(x3, x0);
      const y3 = siteAt(use, pairs, 3, x3, before, after, p0, p1, p2, p3, p4, p5, turn, m, o, alpha);
      before = after;
      if (use == NORM || use == DESCEND) {
        if (q == row) sum = f64x2.add(sum, y0);
        else other = f64x2.add(other, y0);
        sum = f64x2.add(sum, y1);
        other = f64x2.add(other, y2);
        if (q + 64 < end) sum = f64x2.add(sum, y3);
        else other = f64x2.add(other, y3);
      }
      p0 += 64; p1 += 64; m += 64; o += 64;
      if (pairs > 1) { p2 += 64; p3 += 64; }
      if (pairs > 2) { p4 += 64; p5 += 64; }
    }
    for (; q < end; q += 16) {
      const next = v128.load(q + 16 < end ? q + 16 : row), after = between(x0, next);
      const y = siteAt(use, pairs, 0, x0, before, after, p0, p1, p2, p3, p4, p5, turn, m, o, alpha);
      before = after; x0 = next;
      if (q + 16 < end && (q == row || (<i32>(q - row) & 16))) sum = f64x2.add(sum, y);
      else other = f64x2.add(other, y);
      p0 += 16; p1 += 16; p2 += 16; p3 += 16; p4 += 16; p5 += 16; m += 16; o += 16;
    }
  }
  return use == NORM || use == DESCEND ? total(f64x2.add(sum, other)) : 0;
}

// @ts-ignore: decorator
@inline function sweep(
  use: i32, pairs: i32, rows: i32, n: i32, table: usize, phases: usize, twiceMass: usize, x: usize, out: usize, sign: f64,
  scale: f64,
): f64 {
  if (pairs == 1) return sweepIn(use, 1, rows, n, table, phases, twiceMass, x, out, sign, scale);
  if (pairs == 2) return sweepIn(use, 2, rows, n, table, phases, twiceMass, x, out, sign, scale);
  return sweepIn(use, 3, rows, n, table, phases, twiceMass, x, out, sign, scale);
}

export function dirac(rows: i32, n: i32, pairs: i32, table: usize, phases: usize, twiceMass: usize, x: usize, out: usize, sign: f64): void {
  sweep(STORE, pairs, rows, n, table, phases, twiceMass, x, out, sign, 0);
}

export function addDiracForce(
  rows: i32, n: i32, pairs: i32, table: usize, phases: usize, twiceMass: usize, x: usize, _scratch: usize, out: usize, scale: f64,
): void {
  sweep(FORCE, pairs, rows, n, table, phases, twiceMass, x, out, 1, 0.5 * scale);
}

export function solveDirac(
  rows: i32, n: i32, pairs: i32, table: usize, phases: usize, twiceMass: usize, b: usize, x: usize, scratch: usize, reached: usize,
  tolerance: f64, limit: i32,
): i32 {
  const bytes = <usize>(rows * n) << 3;
  const r = scratch, p = r + bytes, t = p + bytes;
  memory.fill(x, 0, bytes);
  memory.copy(r, b, bytes);
  memory.copy(p, b, bytes);
  const first = squares(bytes, b);
  const target = tolerance * tolerance * first;
  let rr = first;
  let iterations = 0;
  while (rr > target && iterations < limit) {
    // t = 2 D p
    const alpha = 4 * rr / sweep(NORM, pairs, rows, n, table, phases, twiceMass, p, t, 1, 0);
    const next = sweep(DESCEND, pairs, rows, n, table, phases, twiceMass, t, r, -1, 0.25 * alpha);
    advance(bytes, x, p, r, alpha, next / rr);
    rr = next;
    iterations++;
  }
  store<f64>(reached, first > 0 ? sqrt(rr / first) : rr);
  return iterations;
}

/** x += alpha p, then p ← r + beta p. The number of sites is a multiple of 16. */
function advance(bytes: usize, x: usize, p: usize, r: usize, alpha: f64, beta: f64): void {
  const a = f64x2.splat(alpha), b = f64x2.splat(beta);
  for (const end = p + bytes; p < end; p += 32, x += 32, r += 32) {
    const p0 = v128.load(p), p1 = v128.load(p, 16);
    v128.store(x, f64x2.add(v128.load(x), f64x2.mul(a, p0)));
    v128.store(x, f64x2.add(v128.load(x, 16), f64x2.mul(a, p1)), 16);
    v128.store(p, f64x2.add(v128.load(r), f64x2.mul(b, p0)));
    v128.store(p, f64x2.add(v128.load(r, 16), f64x2.mul(b, p1)), 16);
  }
}

/** ‖b‖². The number of sites is a multiple of 16. */
function squares(bytes: usize, b: usize): f64 {
  let sum = f64x2.splat(0), other = sum;
  for (let z: usize = 0; z < bytes; z += 32) {
    const v = v128.load(b + z), w = v128.load(b + z, 16);
    sum = f64x2.add(sum, f64x2.mul(v, v));
    other = f64x2.add(other, f64x2.mul(w, w));
  }
  return total(f64x2.add(sum, other));
}

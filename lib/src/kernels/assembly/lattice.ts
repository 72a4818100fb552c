// Scalar field and hopping expansion; what each function computes stands beside its twin in ../twins. Each kernel exists for
// 2, 3 and 4 dimensions (1, 2, 3 pairs of neighbouring rows), one body with `pairs` a constant.
import { ahead, behind, counted, lanes, put, rowAt, total, FIRST, LAST, LONE, MIDDLE, WHOLE } from "./rows";

// @ts-ignore: decorator
@inline function forwardSum(
  place: i32, pairs: i32, q: usize, p0: usize, p2: usize, p4: usize, z: usize, last: usize, next: i32 = 0,
): v128 {
  let s = f64x2.add(ahead(place, q, z, last, next), lanes(place, p0, z, next));
  if (pairs > 1) s = f64x2.add(s, lanes(place, p2, z, next));
  if (pairs > 2) s = f64x2.add(s, lanes(place, p4, z, next));
  return s;
}
// @ts-ignore: decorator
@inline function backwardSum(
  place: i32, pairs: i32, q: usize, p1: usize, p3: usize, p5: usize, z: usize, last: usize, next: i32 = 0,
): v128 {
  let s = f64x2.add(behind(place, q, z, last, next), lanes(place, p1, z, next));
  if (pairs > 1) s = f64x2.add(s, lanes(place, p3, z, next));
  if (pairs > 2) s = f64x2.add(s, lanes(place, p5, z, next));
  return s;
}

/** What the sites at hand add to the sum of `links`. */
// @ts-ignore: decorator
@inline function linksAt(
  potential: i32, place: i32, pairs: i32, q: usize, p0: usize, p2: usize, p4: usize, z: usize, last: usize, k: v128, m: v128, l: v128,
): v128 {
  const c = lanes(place, q, z);
  let y = f64x2.mul(k, forwardSum(place, pairs, q, p0, p2, p4, z, last));
  if (potential) y = f64x2.add(y, f64x2.mul(c, f64x2.add(m, f64x2.mul(l, f64x2.mul(c, c)))));
  return counted(place, f64x2.mul(c, y));
}

/** Σ_n x(n) [factor Σ_μ x(n+μ̂) + x(n) (mass + quartic x(n)²)], the bracket's second part only with `potential`. */
// @ts-ignore: decorator
@inline function links(
  potential: i32, pairs: i32, rows: i32, n: i32, table: usize, x: usize, factor: f64, mass: f64, quartic: f64,
): f64 {
  const k = f64x2.splat(factor), m = f64x2.splat(mass), l = f64x2.splat(quartic);
  const last = <usize>(n - 1) << 3;
  let sum = f64x2.splat(0);
  for (let r = 0; r < rows; r++) {
    const q = x + (<usize>(r * n) << 3), t = table + (<usize>(2 * pairs * r) << 2);
    const p0 = rowAt(x, t, 0, pairs), p2 = rowAt(x, t, 2, pairs), p4 = rowAt(x, t, 4, pairs);
    if (last == 8) {
      sum = f64x2.add(sum, linksAt(potential, WHOLE, pairs, q, p0, p2, p4, 0, last, k, m, l));
      continue;
    }
    let z: usize = 0;
    for (; z + 8 < last; z += 16) sum = f64x2.add(sum, linksAt(potential, MIDDLE, pairs, q, p0, p2, p4, z, last, k, m, l));
    if (z < last) sum = f64x2.add(sum, linksAt(potential, LAST, pairs, q, p0, p2, p4, z, last, k, m, l));
    else sum = f64x2.add(sum, linksAt(potential, LONE, pairs, q, p0, p2, p4, z, last, k, m, l));
  }
  return total(sum);
}

export function kleinGordonAction(rows: i32, n: i32, pairs: i32, table: usize, field: usize, kappa: f64, lambda: f64): f64 {
  if (pairs == 1) return links(1, 1, rows, n, table, field, -2 * kappa, 1 - 2 * lambda, lambda);
  if (pairs == 2) return links(1, 2, rows, n, table, field, -2 * kappa, 1 - 2 * lambda, lambda);
  return links(1, 3, rows, n, table, field, -2 * kappa, 1 - 2 * lambda, lambda);
}

export function linkSum(rows: i32, n: i32, pairs: i32, table: usize, w: usize): f64 {
  if (pairs == 1) return links(0, 1, rows, n, table, w, 1, 0, 0);
  if (pairs == 2) return links(0, 2, rows, n, table, w, 1, 0, 0);
  return links(0, 3, rows, n, table, w, 1, 0, 0);
}

/** With x the centre and s the sum over its neighbours. */
const SCALAR = 0; //   out ← a s + x (b + c x²)
const HOPPING = 1; //  out += x (b + a x s)
const BOTH = 2; //     as SCALAR, and w ← 1 / (m + g x): the divisions pass while the rest is loaded

// @ts-ignore: decorator
@inline function forceAt(
  use: i32, place: i32, pairs: i32, q: usize, p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize, o: usize, w: usize,
  z: usize, last: usize, a: v128, b: v128, c: v128, m: v128, g: v128, next: i32 = 0,
): void {
  const x = lanes(place, q, z, next);
  if (use == BOTH) put(place, w, z, f64x2.div(f64x2.splat(1), f64x2.add(m, f64x2.mul(g, x))), next);
  const s = f64x2.add(forwardSum(place, pairs, q, p0, p2, p4, z, last, next), backwardSum(place, pairs, q, p1, p3, p5, z, last, next));
  if (use == HOPPING) put(place, o, z, f64x2.add(lanes(place, o, z, next), f64x2.mul(x, f64x2.add(b, f64x2.mul(f64x2.mul(a, x), s)))), next);
  else put(place, o, z, f64x2.add(f64x2.mul(a, s), f64x2.mul(x, f64x2.add(b, f64x2.mul(c, f64x2.mul(x, x))))), next);
}

// @ts-ignore: decorator
@inline function force(
  use: i32, pairs: i32, rows: i32, n: i32, table: usize, x: usize, out: usize, alpha: f64, beta: f64, gamma: f64,
  reciprocal: usize, mass: f64, coupling: f64,
): void {
  const m = f64x2.splat(mass), g = f64x2.splat(coupling);
  const a = f64x2.splat(alpha), b = f64x2.splat(beta), c = f64x2.splat(gamma);
  const last = <usize>(n - 1) << 3;
  for (let r = 0; r < rows; r++) {
    const shift = <usize>(r * n) << 3, q = x + shift, o = out + shift, w = reciprocal + shift, t = table + (<usize>(2 * pairs * r) << 2);
    const p0 = rowAt(x, t, 0, pairs), p1 = rowAt(x, t, 1, pairs), p2 = rowAt(x, t, 2, pairs);
    const p3 = rowAt(x, t, 3, pairs), p4 = rowAt(x, t, 4, pairs), p5 = rowAt(x, t, 5, pairs);
    if (last == 8) {
      forceAt(use, WHOLE, pairs, q, p0, p1, p2, p3, p4, p5, o, w, 0, last, a, b, c, m, g);
      continue;
    }
    forceAt(use, FIRST, pairs, q, p0, p1, p2, p3, p4, p5, o, w, 0, last, a, b, c, m, g);
    let z: usize = 16;
    for (; z + 24 < last; z += 32) {
      forceAt(use, MIDDLE, pairs, q, p0, p1, p2, p3, p4, p5, o, w, z, last, a, b, c, m, g);
      forceAt(use, MIDDLE, pairs, q, p0, p1, p2, p3, p4, p5, o, w, z, last, a, b, c, m, g, 1);
    }
    for (; z + 8 < last; z += 16) forceAt(use, MIDDLE, pairs, q, p0, p1, p2, p3, p4, p5, o, w, z, last, a, b, c, m, g);
    if (z < last) forceAt(use, LAST, pairs, q, p0, p1, p2, p3, p4, p5, o, w, z, last, a, b, c, m, g);
    else forceAt(use, LONE, pairs, q, p0, p1, p2, p3, p4, p5, o, w, z, last, a, b, c, m, g);
  }
}

// @ts-ignore: decorator
@inline function forceIn(
  use: i32, pairs: i32, rows: i32, n: i32, table: usize, x: usize, out: usize, alpha: f64, beta: f64, gamma: f64,
  reciprocal: usize, mass: f64, coupling: f64,
): void {
  if (pairs == 1) force(use, 1, rows, n, table, x, out, alpha, beta, gamma, reciprocal, mass, coupling);
  else if (pairs == 2) force(use, 2, rows, n, table, x, out, alpha, beta, gamma, reciprocal, mass, coupling);
  else force(use, 3, rows, n, table, x, out, alpha, beta, gamma, reciprocal, mass, coupling);
}

export function kleinGordonForce(rows: i32, n: i32, pairs: i32, table: usize, field: usize, out: usize, kappa: f64, lambda: f64): void {
  forceIn(SCALAR, pairs, rows, n, table, field, out, 2 * kappa, -2 * (1 - 2 * lambda), -4 * lambda, 0, 0, 0);
}

export function kleinGordonForceAndReciprocals(
  rows: i32, n: i32, pairs: i32, table: usize, field: usize, out: usize, kappa: f64, lambda: f64, w: usize, mass: f64, coupling: f64,
): void {
  forceIn(BOTH, pairs, rows, n, table, field, out, 2 * kappa, -2 * (1 - 2 * lambda), -4 * lambda, w, mass, coupling);
}

export function addHoppingForce(rows: i32, n: i32, pairs: i32, table: usize, w: usize, out: usize, scale: f64): void {
  forceIn(HOPPING, pairs, rows, n, table, w, out, -0.25 * scale, scale, 0, 0, 0, 0);
}

export function shiftedField(count: i32, field: usize, out: usize, mass: f64, coupling: f64): void {
  const m = f64x2.splat(mass), g = f64x2.splat(coupling), end = <usize>count << 3;
  let z: usize = 0;
  for (; z + 8 < end; z += 16) v128.store(out + z, f64x2.add(m, f64x2.mul(g, v128.load(field + z))));
  if (z < end) store<f64>(out + z, mass + coupling * load<f64>(field + z));
}

export function reciprocalField(count: i32, field: usize, out: usize, mass: f64, coupling: f64): void {
  const one = f64x2.splat(1), m = f64x2.splat(mass), g = f64x2.splat(coupling), end = <usize>count << 3;
  let z: usize = 0;
  for (; z + 8 < end; z += 16) v128.store(out + z, f64x2.div(one, f64x2.add(m, f64x2.mul(g, v128.load(field + z)))));
  if (z < end) store<f64>(out + z, 1 / (mass + coupling * load<f64>(field + z)));
}

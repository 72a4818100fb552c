// The staggered Dirac operator and conjugate gradients with it, see ../twins. Extents are even and at least 4.
import { ahead, behind, lanes, put, rowAt, total, FIRST, LAST, MIDDLE } from "./rows";

/** What becomes of y = D x (sign 1) or Dᵀ x (sign −1), row by row. */
const STORE = 0; //    out ← y
const NORM = 1; //     out ← y; gives ‖y‖²
const DESCEND = 2; //  out −= alpha y, solution += alpha direction; gives ‖out‖²
const FORCE = 3; //    out += alpha x y

// @ts-ignore: decorator
@inline function siteAt(
  use: i32, place: i32, pairs: i32, q: usize, p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize, z: usize, last: usize,
  e0: v128, e1: v128, e2: v128, e3: v128, mass: usize, out: usize, alpha: v128, direction: usize, solution: usize, next: i32 = 0,
): v128 {
  const x = lanes(place, q, z, next);
  let y = f64x2.mul(lanes(place, mass, z, next), x);
  y = f64x2.add(y, f64x2.mul(e3, f64x2.sub(ahead(place, q, z, last, next), behind(place, q, z, last, next))));
  y = f64x2.add(y, f64x2.mul(e0, f64x2.sub(lanes(place, p0, z, next), lanes(place, p1, z, next))));
  if (pairs > 1) y = f64x2.add(y, f64x2.mul(e1, f64x2.sub(lanes(place, p2, z, next), lanes(place, p3, z, next))));
  if (pairs > 2) y = f64x2.add(y, f64x2.mul(e2, f64x2.sub(lanes(place, p4, z, next), lanes(place, p5, z, next))));
  if (use == DESCEND) {
    put(place, solution, z, f64x2.add(lanes(place, solution, z, next), f64x2.mul(alpha, lanes(place, direction, z, next))), next);
    y = f64x2.sub(lanes(place, out, z, next), f64x2.mul(alpha, y));
  }
  if (use == FORCE) y = f64x2.add(lanes(place, out, z, next), f64x2.mul(alpha, f64x2.mul(x, y)));
  put(place, out, z, y, next);
  return f64x2.mul(y, y);
}

// @ts-ignore: decorator
@inline function sweepIn(
  use: i32, pairs: i32, rows: i32, n: i32, table: usize, phases: usize, mass: usize, x: usize, out: usize, sign: f64,
  scale: f64, direction: usize, solution: usize,
): f64 {
  const last = <usize>(n - 1) << 3, s = f64x2.splat(sign), alpha = f64x2.splat(scale);
  let sum = f64x2.splat(0), other = sum;
  for (let r = 0; r < rows; r++) {
    const shift = <usize>(r * n) << 3, t = table + (<usize>(2 * pairs * r) << 2), e = phases + (<usize>((pairs + 1) * r) << 3);
    const p0 = rowAt(x, t, 0, pairs), p1 = rowAt(x, t, 1, pairs), p2 = rowAt(x, t, 2, pairs);
    const p3 = rowAt(x, t, 3, pairs), p4 = rowAt(x, t, 4, pairs), p5 = rowAt(x, t, 5, pairs);
    const e0 = f64x2.mul(s, v128.load_splat<f64>(e)), e3 = f64x2.mul(s, v128.load_splat<f64>(e + (<usize>pairs << 3)));
    const e1 = pairs > 1 ? f64x2.mul(s, v128.load_splat<f64>(e + 8)) : e0;
    const e2 = pairs > 2 ? f64x2.mul(s, v128.load_splat<f64>(e + 16)) : e0;
    const q = x + shift, m = mass + shift, o = out + shift, d = direction + shift, u = solution + shift;
    sum = f64x2.add(sum, siteAt(use, FIRST, pairs, q, p0, p1, p2, p3, p4, p5, 0, last, e0, e1, e2, e3, m, o, alpha, d, u));
    let z: usize = 16;
    for (; z + 24 < last; z += 32) {
      sum = f64x2.add(sum, siteAt(use, MIDDLE, pairs, q, p0, p1, p2, p3, p4, p5, z, last, e0, e1, e2, e3, m, o, alpha, d, u));
      other = f64x2.add(other, siteAt(use, MIDDLE, pairs, q, p0, p1, p2, p3, p4, p5, z, last, e0, e1, e2, e3, m, o, alpha, d, u, 1));
    }
    if (z + 8 < last) {
      sum = f64x2.add(sum, siteAt(use, MIDDLE, pairs, q, p0, p1, p2, p3, p4, p5, z, last, e0, e1, e2, e3, m, o, alpha, d, u));
      z += 16;
    }
    other = f64x2.add(other, siteAt(use, LAST, pairs, q, p0, p1, p2, p3, p4, p5, z, last, e0, e1, e2, e3, m, o, alpha, d, u));
  }
  return use == NORM || use == DESCEND ? total(f64x2.add(sum, other)) : 0;
}

// @ts-ignore: decorator
@inline function sweep(
  use: i32, pairs: i32, rows: i32, n: i32, table: usize, phases: usize, mass: usize, x: usize, out: usize, sign: f64,
  scale: f64, direction: usize, solution: usize,
): f64 {
  if (pairs == 1) return sweepIn(use, 1, rows, n, table, phases, mass, x, out, sign, scale, direction, solution);
  if (pairs == 2) return sweepIn(use, 2, rows, n, table, phases, mass, x, out, sign, scale, direction, solution);
  return sweepIn(use, 3, rows, n, table, phases, mass, x, out, sign, scale, direction, solution);
}

export function dirac(rows: i32, n: i32, pairs: i32, table: usize, phases: usize, mass: usize, x: usize, out: usize, sign: f64): void {
  sweep(STORE, pairs, rows, n, table, phases, mass, x, out, sign, 0, 0, 0);
}

export function addDiracForce(
  rows: i32, n: i32, pairs: i32, table: usize, phases: usize, mass: usize, x: usize, _scratch: usize, out: usize, scale: f64,
): void {
  sweep(FORCE, pairs, rows, n, table, phases, mass, x, out, 1, scale, 0, 0);
}

export function solveDirac(
  rows: i32, n: i32, pairs: i32, table: usize, phases: usize, mass: usize, b: usize, x: usize, scratch: usize, reached: usize,
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
    const alpha = rr / sweep(NORM, pairs, rows, n, table, phases, mass, p, t, 1, 0, 0, 0);
    const next = sweep(DESCEND, pairs, rows, n, table, phases, mass, t, r, -1, alpha, p, x);
    const beta = f64x2.splat(next / rr);
    for (let z: usize = 0; z < bytes; z += 32) {
      v128.store(p + z, f64x2.add(v128.load(r + z), f64x2.mul(beta, v128.load(p + z))));
      v128.store(p + z, f64x2.add(v128.load(r + z, 16), f64x2.mul(beta, v128.load(p + z, 16))), 16);
    }
    rr = next;
    iterations++;
  }
  store<f64>(reached, first > 0 ? sqrt(rr / first) : rr);
  return iterations;
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

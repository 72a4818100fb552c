// Eigenvalues of a symmetric tridiagonal matrix. Four sweeps of QL go over it together, each two entries behind the one before it: the time
// that a sweep waits for (two divisions an entry, one after the other) is filled with the work of the other three.
import { entry } from "./reflections";

// the twin says why
const NO_COSINE: f64 = 1e-150;
const PATIENCE = 10;
const ROUNDS = 40;
const PAD = 7; // entries of zeros at either end, from which sweeps set out and where they come to rest: there they change nothing

/** Entries i and i + 2. */
@inline function pair(vector: usize): v128 {
  return v128.load64_lane(vector + 16, v128.load64_zero(vector), 1);
}

@inline function storePair(vector: usize, x: v128): void {
  v128.store64_lane(vector, x, 0);
  v128.store64_lane(vector + 16, x, 1);
}

/** x, and one where nothing is to be rotated. */
@inline function orOne(x: v128, sound: v128): v128 {
  return v128.bitselect(x, f64x2.splat(1), sound);
}

function fourSweeps(count: i32, diagonal: usize, squares: usize, shifts: usize, room: usize): void {
  const bytes = <usize>count << 3;
  const d = room + (PAD << 3), q = d + bytes + (2 * PAD << 3);
  memory.fill(room, 0, 2 * (bytes + (2 * PAD << 3)));
  memory.copy(d, diagonal, bytes);
  memory.copy(q, squares, bytes - 8);
  const zero = f64x2.splat(0), least = f64x2.splat(NO_COSINE);
  const x = v128.load(shifts), y = v128.load(shifts, 16);
  let c = zero, e = zero, s = zero, t = zero, g = zero, h = zero, p = zero, u = zero;
  for (let i = count - 1; i >= -PAD; i--) {
    const di = entry(d, i), qi = entry(q, i);
    const a = pair(di), b = pair(qi), m = pair(di + 32), n = pair(qi + 32);
    const r = f64x2.add(p, b), v = f64x2.add(u, n);
    storePair(qi + 8, f64x2.mul(s, r));
    storePair(qi + 40, f64x2.mul(t, v));
    const rSound = f64x2.ne(r, zero), vSound = f64x2.ne(v, zero);
    const pr = orOne(f64x2.div(r, p), rSound), ur = orOne(f64x2.div(v, u), vSound);
    const cNext = orOne(f64x2.div(p, r), rSound), eNext = orOne(f64x2.div(u, v), vSound);
    s = v128.and(f64x2.div(b, r), rSound);
    t = v128.and(f64x2.div(n, v), vSound);
    const gNext = f64x2.sub(f64x2.mul(cNext, f64x2.sub(a, x)), f64x2.mul(s, g));
    const hNext = f64x2.sub(f64x2.mul(eNext, f64x2.sub(m, y)), f64x2.mul(t, h));
    storePair(di + 8, f64x2.add(g, f64x2.sub(a, gNext)));
    storePair(di + 40, f64x2.add(h, f64x2.sub(m, hNext)));
    p = v128.bitselect(f64x2.mul(c, b), f64x2.mul(f64x2.mul(gNext, gNext), pr), f64x2.lt(cNext, least));
    u = v128.bitselect(f64x2.mul(e, n), f64x2.mul(f64x2.mul(hNext, hNext), ur), f64x2.lt(eNext, least));
    c = cNext; e = eNext; g = gNext; h = hNext;
  }
  memory.copy(diagonal, d, bytes);
  memory.copy(squares, q, bytes);
}

/** Whether row i and the next are coupled by more than rounding. */
@inline function coupled(d: usize, q: usize, i: i32, noise: f64): bool {
  const small = f64.EPSILON * (abs(load<f64>(entry(d, i))) + abs(load<f64>(entry(d, i + 1))));
  return load<f64>(entry(q, i)) > max(noise, small * small);
}

/** Shifts for a block: the eigenvalues of its first four rows, those near the first entry first. */
function cornerShifts(d: usize, q: usize, noise: f64, shifts: usize): void {
  memory.copy(shifts, d, 32);
  memory.copy(shifts + 32, q, 32);
  tridiagonalQl(4, shifts, shifts + 32, noise, shifts + 64);
  const start = load<f64>(d);
  for (let k = 1; k < 4; k++) {
    const x = load<f64>(entry(shifts, k));
    let j = k;
    for (; j > 0 && abs(load<f64>(entry(shifts, j - 1)) - start) > abs(x - start); j--)
      store<f64>(entry(shifts, j), load<f64>(entry(shifts, j - 1)));
    store<f64>(entry(shifts, j), x);
  }
}

export function tridiagonalQl(n: i32, diagonal: usize, squares: usize, noise: f64, scratch: usize): i32 {
  let round = 0;
  for (let first = 0; first + 1 < n; ) {
    let last = first;
    while (last + 1 < n && coupled(diagonal, squares, last, noise)) last++;
    const count = last - first + 1, d = entry(diagonal, first), q = entry(squares, first);
    if (count > 2 && round++ == ROUNDS) return first;
    if (count > 4 && round <= PATIENCE) cornerShifts(d, q, noise, scratch);
    else if (count > 1) {
      const start = load<f64>(d), square = load<f64>(q), half = (load<f64>(d, 8) - start) / 2, root = sqrt(half * half + square);
      if (count == 2) {
        store<f64>(d, start + half - root);
        store<f64>(d, start + half + root, 8);
      } else {
        const shift = f64x2.splat(start - square / (half + (half >= 0 ? root : -root)));
        v128.store(scratch, shift);
        v128.store(scratch, shift, 16);
      }
    }
    if (count > 2) fourSweeps(count, d, q, scratch, scratch + 64);
    else {
      first += count;
      round = 0;
    }
  }
  return -1;
}

// Eigenvalues of a symmetric tridiagonal matrix. Four sweeps of QL go over it in a row, each two entries behind the one before it: the time
// that a sweep waits for (two divisions an entry, one after the other) is filled with the work of the other three.
import { entry } from "./reflections";

const SWEEPS = 4;
// the twin says why
const NO_COSINE: f64 = 1e-150;
const FEWEST = 12;
const PATIENCE = 10;
const ROUNDS = 40;

/** Field f (c, s, γ, p) of sweep k: the fields of two sweeps lie side by side. */
@inline function state(states: usize, f: i32, k: i32): usize {
  return entry(states, f * SWEEPS + k);
}

@inline function begin(states: usize, k: i32, d: usize, last: i32, shift: f64): void {
  const g = load<f64>(entry(d, last)) - shift;
  store<f64>(state(states, 0, k), 1);
  store<f64>(state(states, 1, k), 0);
  store<f64>(state(states, 2, k), g);
  store<f64>(state(states, 3, k), g * g);
}

/** Sweep k from entry `from` down to `to`. */
function advance(states: usize, k: i32, d: usize, q: usize, shift: f64, from: i32, to: i32): void {
  let c = load<f64>(state(states, 0, k)), s = load<f64>(state(states, 1, k));
  let g = load<f64>(state(states, 2, k)), p = load<f64>(state(states, 3, k));
  for (let i = from; i >= to; i--) {
    const b = load<f64>(entry(q, i)), r = p + b, a = load<f64>(entry(d, i));
    store<f64>(entry(q, i + 1), s * r);
    const before = c, reciprocal = r == 0 ? 1 : r / p;
    c = r == 0 ? 1 : p / r;
    s = r == 0 ? 0 : b / r;
    const h = c * (a - shift) - s * g;
    store<f64>(entry(d, i + 1), g + (a - h));
    g = h;
    p = c < NO_COSINE ? before * b : h * h * reciprocal;
  }
  store<f64>(state(states, 0, k), c);
  store<f64>(state(states, 1, k), s);
  store<f64>(state(states, 2, k), g);
  store<f64>(state(states, 3, k), p);
}

@inline function end(states: usize, k: i32, d: usize, q: usize, shift: f64): void {
  store<f64>(q, load<f64>(state(states, 1, k)) * load<f64>(state(states, 3, k)));
  store<f64>(d, shift + load<f64>(state(states, 2, k)));
}

/** Entries i and i + 2. */
@inline function pair(vector: usize): v128 {
  return v128.load64_lane(vector + 16, v128.load64_zero(vector), 1);
}

@inline function storePair(vector: usize, x: v128): void {
  v128.store64_lane(vector, x, 0);
  v128.store64_lane(vector + 16, x, 1);
}

function fourSweeps(count: i32, d: usize, q: usize, shifts: usize, states: usize): void {
  const last = count - 1;
  for (let k = 0; k < SWEEPS; k++) {
    const shift = load<f64>(entry(shifts, k));
    begin(states, k, d, last, shift);
    advance(states, k, d, q, shift, last - 1, last - 6 + 2 * k);
  }
  const one = f64x2.splat(1), zero = f64x2.splat(0), least = f64x2.splat(NO_COSINE);
  const x = v128.load(shifts), y = v128.load(shifts, 16);
  let c = v128.load(states), e = v128.load(states, 16);
  let s = v128.load(states, 32), t = v128.load(states, 48);
  let g = v128.load(states, 64), h = v128.load(states, 80);
  let p = v128.load(states, 96), u = v128.load(states, 112);
  for (let i = last - 7; i >= 0; i--) {
    const di = entry(d, i), qi = entry(q, i);
    const a = pair(di), b = pair(qi), m = pair(di + 32), n = pair(qi + 32);
    const r = f64x2.add(p, b), v = f64x2.add(u, n);
    storePair(qi + 8, f64x2.mul(s, r));
    storePair(qi + 40, f64x2.mul(t, v));
    const rSound = f64x2.ne(r, zero), vSound = f64x2.ne(v, zero);
    const pr = v128.bitselect(f64x2.div(r, p), one, rSound), ur = v128.bitselect(f64x2.div(v, u), one, vSound);
    const cNext = v128.bitselect(f64x2.div(p, r), one, rSound), eNext = v128.bitselect(f64x2.div(u, v), one, vSound);
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
  v128.store(states, c); v128.store(states, e, 16);
  v128.store(states, s, 32); v128.store(states, t, 48);
  v128.store(states, g, 64); v128.store(states, h, 80);
  v128.store(states, p, 96); v128.store(states, u, 112);
  for (let k = 0; k < SWEEPS; k++) {
    const shift = load<f64>(entry(shifts, k));
    advance(states, k, d, q, shift, 2 * k - 1, 0);
    end(states, k, d, q, shift);
  }
}

/** One sweep, of two rows or more. */
function sweep(count: i32, d: usize, q: usize, shift: f64, states: usize): void {
  begin(states, 0, d, count - 1, shift);
  advance(states, 0, d, q, shift, count - 2, 0);
  end(states, 0, d, q, shift);
}

/** Whether row i and the next are coupled by more than rounding. */
@inline function coupled(d: usize, q: usize, i: i32, noise: f64): bool {
  const small = f64.EPSILON * (abs(load<f64>(entry(d, i))) + abs(load<f64>(entry(d, i + 1))));
  return load<f64>(entry(q, i)) > max(noise, small * small);
}

/** Half the difference of the first two entries, and half that of their eigenvalues. */
@inline function halfStep(d: usize): f64 { return (load<f64>(d, 8) - load<f64>(d)) / 2; }
@inline function halfGap(half: f64, q: usize): f64 { return sqrt(half * half + load<f64>(q)); }

/** Of the eigenvalues of the first two rows the one nearer to the first entry. */
function wilkinson(d: usize, q: usize): f64 {
  const half = halfStep(d), root = halfGap(half, q);
  return load<f64>(d) - load<f64>(q) / (half + (half >= 0 ? root : -root));
}

/** Both eigenvalues of two rows in their place. */
function solveTwo(d: usize, q: usize): void {
  const half = halfStep(d), middle = load<f64>(d) + half, root = halfGap(half, q);
  store<f64>(d, middle - root);
  store<f64>(d, middle + root, 8);
}

/** The eigenvalues of the first four rows, those near the first entry first. */
function cornerShifts(d: usize, q: usize, noise: f64, shifts: usize, states: usize, corner: usize): void {
  memory.copy(shifts, d, SWEEPS << 3);
  memory.copy(corner, q, SWEEPS << 3);
  settle(SWEEPS, shifts, corner, noise, 0, states, 0);
  const start = load<f64>(d);
  for (let k = 1; k < SWEEPS; k++) {
    const x = load<f64>(entry(shifts, k));
    let j = k;
    for (; j > 0 && abs(load<f64>(entry(shifts, j - 1)) - start) > abs(x - start); j--)
      store<f64>(entry(shifts, j), load<f64>(entry(shifts, j - 1)));
    store<f64>(entry(shifts, j), x);
  }
}

/** @param shifts  room for four of them, or 0: one sweep at a time */
function settle(n: i32, d: usize, q: usize, noise: f64, shifts: usize, states: usize, corner: usize): i32 {
  let round = 0;
  for (let first = 0; first + 1 < n; ) {
    let last = first;
    while (last + 1 < n && coupled(d, q, last, noise)) last++;
    const count = last - first + 1, own = entry(d, first), squares = entry(q, first);
    if (count <= 2) {
      if (count == 2) solveTwo(own, squares);
      first += count;
      round = 0;
      continue;
    }
    if (round++ == ROUNDS) return first;
    if (shifts != 0 && count >= FEWEST && round <= PATIENCE) {
      cornerShifts(own, squares, noise, shifts, states, corner);
      fourSweeps(count, own, squares, shifts, states);
    } else sweep(count, own, squares, wilkinson(own, squares), states);
  }
  return -1;
}

export function tridiagonalQl(n: i32, diagonal: usize, squares: usize, noise: f64, scratch: usize): i32 {
  return settle(n, diagonal, squares, noise, scratch, scratch + 32, scratch + 160);
}

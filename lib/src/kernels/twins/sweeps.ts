import type { Views } from "../views.js";

/** Rounds for an eigenvalue from which on Wilkinson's shift alone is used, and the last one. */
const PATIENCE = 10;
const ROUNDS = 40;
/**
 * Where c² is smaller, the next p is q times the c² before it, its limit: γ² and 1 / c² leave the
 * range of numbers.
 */
const NO_COSINE = 1e-150;

/**
 * Eigenvalues of a symmetric tridiagonal matrix, left in `diagonal`, unordered, by QL without
 * square roots (Pal, Walker and Kahan; Parlett 1980, as LAPACK's dsterf). `squares` has the squares
 * of what couples rows i and i + 1, and is destroyed; its last entry means nothing. A sweep goes
 * from the last row up, with c² and s² of the rotations as c and s,
 *
 *   r = p + q_i,  c = p / r,  s = q_i / r,  γ′ = c (d_i − shift) − s γ,  p′ = γ′² / c
 *
 * and leaves d_{i+1} ← γ + d_i − γ′ and q_{i+1} ← s r. Four are made in a row, with the eigenvalues
 * of the leading 4 × 4 block as shifts (or four times Wilkinson's, in small blocks and where that
 * goes on for long); the compiled kernel interleaves them, and both round alike.
 * Absolute error √n ε‖T‖.
 * @param noise  smaller squares are taken as zero, beside those negligible by their neighbours
 * @param scratch  room for the compiled version
 * @returns −1, or the row whose eigenvalue is not found in 40 rounds
 */
export function tridiagonalQl(
  { f64 }: Views,
  n: number,
  diagonal: number,
  squares: number,
  noise: number,
  scratch: number,
): number {
  f64.fill(0, scratch, scratch + 2 * n + 100);
  return settle(f64.subarray(diagonal, diagonal + n), f64.subarray(squares, squares + n), noise);
}

function settle(d: Float64Array, q: Float64Array, noise: number): number {
  const n = d.length;
  const coupled = (i: number): boolean => {
    const small = Number.EPSILON * (Math.abs(d[i]) + Math.abs(d[i + 1]));
    return q[i] > Math.max(noise, small * small);
  };
  let round = 0;
  for (let first = 0; first + 1 < n;) {
    let last = first;
    while (last + 1 < n && coupled(last)) last++;
    const count = last - first + 1;
    const [own, squares] = [d.subarray(first, last + 1), q.subarray(first, last + 1)];
    if (count <= 2) {
      if (count === 2) own.set(pairOf(own, squares[0]));
      first += count;
      round = 0;
      continue;
    }
    if (round++ === ROUNDS) return first;
    const corner = count > 4 && round <= PATIENCE;
    const shifts = corner
      ? cornerShifts(own, squares, noise)
      : Array.from({ length: 4 }, () => wilkinson(own, squares[0]));
    for (const shift of shifts) sweep(own, squares, shift);
  }
  return -1;
}

/** The eigenvalues of the first four rows, those near the first entry first. */
function cornerShifts(d: Float64Array, q: Float64Array, noise: number): Float64Array {
  const shifts = d.slice(0, 4);
  settle(shifts, q.slice(0, 4), noise);
  return shifts.sort((x, y) => Math.abs(x - d[0]) - Math.abs(y - d[0]));
}

function sweep(d: Float64Array, squares: Float64Array, shift: number): void {
  const last = d.length - 1;
  let [c, s] = [1, 0];
  let gamma = d[last] - shift;
  let p = gamma * gamma;
  for (let i = last - 1; i >= 0; i--) {
    const [own, q, before] = [d[i], squares[i], c];
    const r = p + q;
    squares[i + 1] = s * r;
    // where nothing is left to rotate, nothing is rotated
    const reciprocal = r === 0 ? 1 : r / p; // of the next c, at the same time
    c = r === 0 ? 1 : p / r;
    s = r === 0 ? 0 : q / r;
    const next = c * (own - shift) - s * gamma;
    d[i + 1] = gamma + (own - next);
    gamma = next;
    p = c < NO_COSINE ? before * q : next * next * reciprocal;
  }
  squares[0] = s * p;
  d[0] = shift + gamma;
}

/** Of the eigenvalues of the first two rows the one nearer to the first entry. */
function wilkinson(d: Float64Array, square: number): number {
  const half = (d[1] - d[0]) / 2;
  const root = Math.sqrt(half * half + square);
  return d[0] - square / (half + (half >= 0 ? root : -root));
}

/** Both eigenvalues of two rows. */
function pairOf(d: Float64Array, square: number): [number, number] {
  const half = (d[1] - d[0]) / 2;
  const root = Math.sqrt(half * half + square);
  return [d[0] + half - root, d[0] + half + root];
}

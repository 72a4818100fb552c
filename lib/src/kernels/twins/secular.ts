import type { Views } from "../views.js";

/**
 * The eigenvalues of D + ρ z zᵀ, ρ > 0: one between any two poles and one behind the last,
 *
 *   1/ρ + Σ_j z_j² / (d_j − λ) = 0
 *
 * each by the middle way of Li (1993), which puts a pole at either side where it lies, inside a
 * bracket; and ẑ_j² ∝ Π_k (λ_k − d_j) / Π_{k≠j} (d_k − d_j) of Gu and Eisenstat (1995): D + ρ ẑ ẑᵀ
 * (with ẑ to a common factor) has these eigenvalues exactly.
 *
 * On return λ_k = poles[origins[k]] + offsets[k], ascending, from the pole next to it, so that
 * differences to all poles come out without loss; ẑ in `weights`, with the signs of z.
 * @param poles  ascending, no two equal
 * @param z  none zero
 */
export function secularRoots(
  { f64, i32 }: Views,
  count: number,
  poles: number,
  z: number,
  rho: number,
  origins: number,
  offsets: number,
  weights: number,
): void {
  const d = f64.subarray(poles, poles + count);
  const squares = f64.slice(z, z + count).map((value) => value * value);
  const sum = squares.reduce((all, value) => all + value, 0);
  for (let k = 0; k < count; k++) {
    const { origin, offset } =
      k + 1 < count ? between(d, squares, rho, k) : behind(d, squares, rho, sum);
    [i32[origins + k], f64[offsets + k]] = [origin, offset];
  }
  const product = f64.subarray(weights, weights + count).fill(1);
  for (let k = 0; k < count; k++) {
    const [base, offset] = [d[i32[origins + k]], f64[offsets + k]];
    for (let j = 0; j < k; j++) product[j] *= (d[j] - base - offset) / (d[j] - d[k]);
    product[k] *= offset - (d[k] - base);
    for (let j = k + 1; j < count; j++) product[j] *= (d[j] - base - offset) / (d[j] - d[k]);
  }
  for (let j = 0; j < count; j++)
    product[j] = Math.sign(f64[z + j]) * Math.sqrt(Math.max(product[j], 0));
}

/** Eigenvector ẑ_j / (d_j − λ), λ = base + offset, at length one; poles and ẑ in any order. */
export function secularVector(
  { f64 }: Views,
  count: number,
  poles: number,
  weights: number,
  base: number,
  offset: number,
  vector: number,
): void {
  let squares = 0;
  for (let j = 0; j < count; j++) {
    const entry = f64[weights + j] / (f64[poles + j] - base - offset);
    f64[vector + j] = entry;
    squares += entry * entry;
  }
  const factor = 1 / Math.sqrt(squares);
  for (let j = 0; j < count; j++) f64[vector + j] *= factor;
}

interface Root {
  readonly origin: number;
  readonly offset: number;
}

/** The root between poles k and k + 1. */
function between(d: Float64Array, squares: Float64Array, rho: number, k: number): Root {
  const gap = d[k + 1] - d[k];
  let rest = 1 / rho; // at the middle, without the two poles
  for (let j = 0; j < d.length; j++)
    if (j !== k && j !== k + 1) rest += squares[j] / (d[j] - d[k] - gap / 2);
  const [left, right] = [squares[k], squares[k + 1]];
  if (rest + (right - left) / (gap / 2) > 0) {
    const a = rest * gap + left + right;
    const start = smallerRoot(rest, a, left * gap);
    return refine(d, squares, rho, { at: k, origin: k, low: 0, high: gap / 2, start });
  }
  const a = rest * gap - left - right;
  const start = -smallerRoot(-rest, -a, right * gap);
  return refine(d, squares, rho, { at: k, origin: k + 1, low: -gap / 2, high: 0, start });
}

/** The root of c x² − a x + b that is 2b / (a + √(a² − 4bc)), without cancellation. */
function smallerRoot(c: number, a: number, b: number): number {
  const root = Math.sqrt(Math.abs(a * a - 4 * b * c));
  return a > 0 ? (2 * b) / (a + root) : (a - root) / (2 * c);
}

/** The root behind the last pole, at most ρ ‖z‖² away. */
function behind(d: Float64Array, squares: Float64Array, rho: number, sum: number): Root {
  const last = d.length - 1;
  const high = rho * sum;
  if (last === 0) return { origin: 0, offset: high };
  return refine(d, squares, rho, { at: last - 1, origin: last, low: 0, high, start: high / 2 });
}

/** Where a root is looked for, as distances from a pole. */
interface Search {
  /** The poles at and at + 1 are put where they lie, what is beyond them adds to either. */
  readonly at: number;
  readonly origin: number;
  readonly low: number;
  readonly high: number;
  readonly start: number;
}

/** From here on the bracket is halved. */
const PATIENCE = 40;

function refine(d: Float64Array, squares: Float64Array, rho: number, search: Search): Root {
  const { at, origin } = search;
  let { low, high } = search;
  const last = origin === d.length - 1 && low === 0;
  const base = d[origin];
  let x = search.start > low && search.start < high ? search.start : (low + high) / 2;
  for (let step = 0; ; step++) {
    let [psi, slopeBefore, phi, slopeBehind] = [0, 0, 0, 0];
    for (let j = 0; j <= at; j++) {
      const reciprocal = 1 / (d[j] - base - x);
      const share = squares[j] * reciprocal;
      psi += share;
      slopeBefore += share * reciprocal;
    }
    for (let j = at + 1; j < d.length; j++) {
      const reciprocal = 1 / (d[j] - base - x);
      const share = squares[j] * reciprocal;
      phi += share;
      slopeBehind += share * reciprocal;
    }
    const value = 1 / rho + psi + phi;
    const slope = slopeBefore + slopeBehind;
    const size = 8 * (Math.abs(phi) + Math.abs(psi)) + 2 / rho + Math.abs(x) * slope;
    if (!(Math.abs(value) > Number.EPSILON * size)) break;
    if (value < 0) low = x;
    else high = x;
    const [left, right] = [d[at] - base - x, d[at + 1] - base - x];
    const c = value - left * slopeBefore - right * slopeBehind;
    const a = (left + right) * value - left * right * slope;
    const b = left * right * value;
    let move = last ? largerMove(Math.abs(c), a, b) : smallerRoot(c, a, b);
    if (!(value * move < 0)) move = -value / slope; // Newton's
    let next = x + move;
    if (!(next > low && next < high) || step > PATIENCE) next = (low + high) / 2;
    if (next === x || next === low || next === high) break;
    x = next;
  }
  return { origin, offset: x };
}

/** The other root of the same equation: behind all poles it is the one outside. */
function largerMove(c: number, a: number, b: number): number {
  const root = Math.sqrt(Math.abs(a * a - 4 * b * c));
  return a >= 0 ? (a + root) / (2 * c) : (2 * b) / (a - root);
}

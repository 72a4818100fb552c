/** Roots λ_k of a secular equation, and the z that has them exactly. */
export interface SecularRoots {
  /** λ_k ascending. */
  readonly values: Float64Array;
  /** The pole nearest to λ_k, and λ_k − d there: differences to all poles come out without loss. */
  readonly origins: Int32Array;
  readonly offsets: Float64Array;
  /** ẑ, so that D + ρ ẑ ẑᵀ (with ẑ to a common factor) has the eigenvalues λ_k exactly. */
  readonly weights: Float64Array;
}

/**
 * The eigenvalues of D + ρ z zᵀ, ρ > 0: one between any two poles and one behind the last,
 *
 *   1/ρ + Σ_j z_j² / (d_j − λ) = 0
 *
 * each by the middle way of Li (1993), which puts a pole at either side where it lies, inside a
 * bracket; and ẑ_j² ∝ Π_k (λ_k − d_j) / Π_{k≠j} (d_k − d_j) of Gu and Eisenstat (1995).
 * @param d  ascending, no two equal
 * @param z  none zero
 */
export function secularRoots(d: Float64Array, z: Float64Array, rho: number): SecularRoots {
  const K = d.length;
  const squares = z.map((value) => value * value);
  const sum = squares.reduce((all, value) => all + value, 0);
  const [values, offsets] = [new Float64Array(K), new Float64Array(K)];
  const origins = new Int32Array(K);
  for (let k = 0; k < K; k++) {
    const { origin, offset } =
      k + 1 < K ? between(d, squares, rho, k) : behind(d, squares, rho, sum);
    [origins[k], offsets[k]] = [origin, offset];
    values[k] = d[origin] + offset;
  }
  const weights = new Float64Array(K).fill(1);
  for (let k = 0; k < K; k++) {
    const [base, offset] = [d[origins[k]], offsets[k]];
    for (let j = 0; j < k; j++) weights[j] *= (d[j] - base - offset) / (d[j] - d[k]);
    weights[k] *= offset - (d[k] - base);
    for (let j = k + 1; j < K; j++) weights[j] *= (d[j] - base - offset) / (d[j] - d[k]);
  }
  for (let j = 0; j < K; j++) weights[j] = Math.sign(z[j]) * Math.sqrt(Math.max(weights[j], 0));
  return { values, origins, offsets, weights };
}

/** Eigenvector k of D + ρ ẑ ẑᵀ, ẑ_j / (d_j − λ_k) at length one, entries in the order `columns`. */
export function secularVector(
  d: Float64Array,
  { origins, offsets, weights }: SecularRoots,
  k: number,
  columns: readonly number[],
  out: Float64Array,
): void {
  const [base, offset] = [d[origins[k]], offsets[k]];
  let squares = 0;
  for (let c = 0; c < columns.length; c++) {
    const j = columns[c];
    const entry = weights[j] / (d[j] - base - offset);
    out[c] = entry;
    squares += entry * entry;
  }
  const factor = 1 / Math.sqrt(squares);
  for (let c = 0; c < columns.length; c++) out[c] *= factor;
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
    if (Math.abs(value) <= Number.EPSILON * size) break;
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

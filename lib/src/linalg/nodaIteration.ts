import { dot, norm } from "../core/tensor.js";
import { sparseFactor, type SparseRows } from "./sparseFactor.js";

/**
 * The lowest eigenpair of matrices that differ in their diagonals alone and have no positive entry
 * beside them.
 */
export interface NodaIteration {
  /** The unit eigenvector that the last `solve` found, all of its entries positive. */
  readonly vector: Float64Array;
  /**
   * The lowest eigenvalue; its eigenvector goes to `vector`. `undefined` where rounding does not
   * settle them: the two lowest eigenvalues are too close, or numbers overflow.
   * @param start  all of its entries positive
   */
  solve(diagonal: Float64Array, start: Float64Array): number | undefined;
}

// 4 to 6 factorisations do, with one or two solutions each
const MAX_STEPS = 60;
// What one more solution with the same factor gains at least, or it is made anew at a better shift:
// a factorisation takes as long as five solutions
const WORTHWHILE = 0.03;
// Residual in units of the rounding of A v
const SETTLED = 8 * Number.EPSILON;
// What of the second state is left: residual / gap, to be below this
const MIXED = 1e-4;
// Distance of the second eigenvalue from the shift, in units of that of the first, as of which one
// more solution is known to help
const SEEN = 3;
const TINY = 1e-140; // whose squares and inverse are numbers

/**
 * Noda's iteration (T. Noda, Numer. Math. 17, 382, 1971): v ← (A − s)⁻¹ v, normalised, with
 *
 *   s = min_i (A v)_i / v_i ≤ λ₀                        Collatz and Wielandt
 *
 * For an irreducible A without positive entries off its diagonal and v > 0 the bound holds, A − s
 * is positive definite with a positive inverse, so that the next v is positive and its bound
 * larger; both converge, in the end quadratically, to the pair of Perron and Frobenius, which is
 * the lowest. Nothing is assumed about where it lies. Of two states that are close, the wrong one's
 * share falls by (λ₀ − s) / (λ₁ − s) with each step, once s is within rounding of λ₀; how close
 * they are is looked at in the end, with a vector that has some of the second.
 *
 * @param rows  the entries beside the diagonal, ≤ 0; no row may stand apart from the others
 */
export function nodaIteration(rows: SparseRows): NodaIteration {
  const n = rows.length;
  const factor = sparseFactor(rows);
  const { order } = factor;
  const [d, v, image, other] = Array.from({ length: 4 }, () => new Float64Array(n));
  const vector = new Float64Array(n);
  const put = (from: Float64Array, to: Float64Array): void => {
    for (let k = 0; k < n; k++) to[k] = from[order[k]];
  };
  let shift = 0;
  /** A − s with s below the bound by what rounding may have added to it. */
  const factorise = ({ bound }: Looked): boolean => {
    for (const margin of [4, 64, 1024]) {
      shift = bound - margin * (Number.EPSILON * (Math.abs(bound) + largest(d)) + TINY);
      if (factor.factorise(d, shift)) return true;
    }
    return false;
  };
  const improve = (): void => {
    factor.solve(v);
    normalise(v);
  };
  const look = (): Looked => {
    factor.apply(d, v, image);
    return lookAt(d, v, image);
  };
  /** False if the second eigenvalue may be too close to tell what of it is in v. */
  const standsApart = ({ value, size }: Looked): boolean => {
    // a vector that is not symmetric, of which the second state has some share
    for (let k = 0; k < n; k++) other[k] = 0.5 + ((k * 0.6180339887498949) % 1);
    removeShare(v, other);
    let [before, after] = [0, 0];
    for (let pass = 0; pass < 2; pass++) {
      before = norm(other);
      factor.solve(other);
      removeShare(v, other);
      after = norm(other);
    }
    const distance = Math.max((SETTLED / MIXED) * size, SEEN * (value - shift));
    return n === 1 || after * distance <= before; // false for NaN
  };
  const solve = (diagonal: Float64Array, start: Float64Array): number | undefined => {
    put(diagonal, d);
    put(start, v);
    normalise(v);
    let last = -1; // nothing is factorised yet
    for (let step = 0; step < MAX_STEPS; step++) {
      const now = look();
      if (!Number.isFinite(now.bound)) return undefined;
      if (step > 0 && now.residual <= SETTLED * now.size) {
        improve();
        // from a shift that was far below, close states look the same
        if (!standsApart(now) && !(factorise(now) && standsApart(now))) return undefined;
        const { value } = look();
        for (let k = 0; k < n; k++) vector[order[k]] = v[k];
        return value;
      }
      if (!(now.residual <= WORTHWHILE * last) && !factorise(now)) return undefined;
      last = now.residual;
      improve();
    }
    return undefined;
  };
  return { vector, solve };
}

/** What a vector says about the lowest eigenvalue. */
interface Looked {
  /** Rayleigh's quotient, not below it. */
  readonly value: number;
  /** Of Collatz and Wielandt, not above it. */
  readonly bound: number;
  /** ‖A v − value v‖. */
  readonly residual: number;
  /** Of the numbers that nearly cancel in it. */
  readonly size: number;
}

function lookAt(d: Float64Array, v: Float64Array, image: Float64Array): Looked {
  let [value, bound] = [0, Infinity];
  for (let k = 0; k < v.length; k++) {
    value += v[k] * image[k];
    bound = Math.min(bound, image[k] / v[k]);
  }
  let [squares, sizes] = [0, 0];
  for (let k = 0; k < v.length; k++) {
    const rest = image[k] - value * v[k];
    const own = d[k] * v[k];
    squares += rest * rest;
    sizes += own * own;
  }
  return {
    value,
    bound,
    residual: Math.sqrt(squares),
    size: Math.abs(value) + Math.sqrt(sizes),
  };
}

function normalise(v: Float64Array): void {
  const scale = 1 / norm(v);
  for (let k = 0; k < v.length; k++) v[k] *= scale;
}

function removeShare(v: Float64Array, x: Float64Array): void {
  const share = dot(v, x);
  for (let k = 0; k < v.length; k++) x[k] -= share * v[k];
}

function largest(d: Float64Array): number {
  let most = 0;
  for (let k = 0; k < d.length; k++) most = Math.max(most, Math.abs(d[k]));
  return most;
}

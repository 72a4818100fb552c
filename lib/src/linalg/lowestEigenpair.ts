import { NotConvergedError, NumericalError } from "../core/errors.js";
import { checkFinite, norm, type Tensor } from "../core/tensor.js";
import { makeArena } from "../kernels/arena.js";
import { room } from "../kernels/room.js";
import { squareDimension } from "./operator.js";
import { anyBelow } from "./tridiagonal.js";

/** Memory for the lowest eigenpair of one matrix after the other; `solve` allocates nothing. */
export interface LowestEigenpairWorkspace {
  readonly dimension: number;
  /**
   * The matrix to solve, row-major [n, n]: write the lower triangle, diagonal included; `solve`
   * leaves it as it is.
   */
  readonly matrix: Float64Array;
  /** The unit eigenvector that the last `solve` found, its sum positive. */
  readonly vector: Float64Array;
  /**
   * The lowest eigenvalue; its eigenvector goes to `vector`.
   * @throws NumericalError if the matrix holds NaN or ±∞, NotConvergedError if inverse iteration
   *   does not settle
   */
  solve(): number;
}

/**
 * The lowest eigenvalue of a symmetric matrix [n, n] and its unit eigenvector, the sum of whose
 * entries is positive.
 */
export function lowestEigenpair(
  matrix: Tensor,
  backend: "auto" | "typescript" = "auto",
): { value: number; vector: Float64Array } {
  const n = squareDimension(matrix, "lowestEigenpair");
  const workspace = lowestEigenpairWorkspace(n, backend);
  workspace.matrix.set(matrix.data);
  return { value: workspace.solve(), vector: workspace.vector.slice() };
}

// Two or three steps do: each gains the factor gap / ε‖T‖. Where the two lowest eigenvalues agree
// to rounding the vector keeps turning within their space, and any vector of that space is an
// answer.
const MAX_STEPS = 8;
const LARGEST_CORRECTION = 1e-2; // of a unit vector
const TINY = Number.MIN_VALUE / Number.EPSILON; // 2e-308, the smallest number with all its digits

/**
 * Lowest eigenpairs without allocation: Householder reduction A = Q T Qᵀ, bisection with Sturm
 * counts, inverse iteration on T, one step of refinement with A itself.
 *
 * Bisection ends with a number `below` that has no eigenvalue of T under it (Sturm count 0) and the
 * next doubles above it that has one. T − below is then positive definite, so inverse iteration
 * needs no pivoting, and it cannot land on the second state of a near-doublet: each step multiplies
 * that one's share by (λ₀ − below) / (λ₁ − below) ≈ ε‖T‖ / gap. The reduction perturbs A by a few
 * ε‖A‖ and so turns the eigenvector by ε‖A‖ / gap; the refinement, whose residual comes from A,
 * leaves only the rounding of A v, which is far smaller where large entries of A meet small ones of
 * v.
 */
export function lowestEigenpairWorkspace(
  dimension: number,
  backend: "auto" | "typescript" = "auto",
): LowestEigenpairWorkspace {
  const n = dimension;
  const reduction = room("tridiagonalise", "scratch", { n });
  const arena = makeArena({ doubles: 3 * n * n + 7 * n + reduction }, backend);
  const view = (offset: number, length: number): Float64Array =>
    arena.f64.subarray(offset, offset + length);
  const [input, a, reflectors] = [arena.doubles(n * n), arena.doubles(n * n), arena.doubles(n * n)];
  const [diagonal, offDiagonal, tau] = Array.from({ length: 3 }, () => arena.doubles(n));
  const own = arena.doubles(reduction);
  const [matrix, work, u] = [view(input, n * n), view(a, n * n), view(reflectors, n * n)];
  const [d, e, t] = [view(diagonal, n), view(offDiagonal, n), view(tau, n)];
  const [pivot, factor] = [view(arena.doubles(n), n), view(arena.doubles(n), n)];
  const [vector, scratch] = [view(arena.doubles(n), n), view(arena.doubles(n), n)];
  return {
    dimension: n,
    matrix,
    vector,
    solve: () => {
      work.set(matrix);
      arena.tridiagonalise(n, a, diagonal, offDiagonal, reflectors, tau, own);
      const below = bisect(d, e);
      const size = factorise(d, e, below, pivot, factor);
      iterate(pivot, factor, vector, scratch, size);
      reflect(u, t, vector);
      // r = A v − θ v; v ← v − (A − below)⁻¹ r without its share along v
      const value = residual(matrix, vector, scratch);
      reflectBack(u, t, scratch);
      substitute(pivot, factor, scratch);
      reflect(u, t, scratch);
      removeShare(vector, scratch);
      // a large correction means that the two lowest eigenvalues agree to rounding: then the vector
      // stands as it is
      if (norm(scratch) < LARGEST_CORRECTION) for (let i = 0; i < n; i++) vector[i] -= scratch[i];
      normalise(vector);
      makeSumPositive(vector);
      return value;
    },
  };
}

/**
 * The largest double found by bisection with no eigenvalue of T below it; an eigenvalue lies within
 * 4ε‖T‖ above.
 */
function bisect(d: Float64Array, e: Float64Array): number {
  const n = d.length;
  // Gershgorin: the lowest eigenvalue lies between min(d − |e|s) and min d
  let low = Infinity;
  let high = Infinity;
  let size = 0;
  for (let i = 0; i < n; i++) {
    const radius = Math.abs(e[i]) + (i + 1 < n ? Math.abs(e[i + 1]) : 0);
    low = Math.min(low, d[i] - radius);
    high = Math.min(high, d[i]);
    size = Math.max(size, Math.abs(d[i]) + radius);
  }
  if (!Number.isFinite(size)) {
    checkFinite(d, "lowestEigenpair, diagonal of the tridiagonal form");
    throw new NumericalError(
      "lowestEigenpair: the matrix holds NaN or infinite entries. Remove or repair them first.",
    );
  }
  const floor = Math.max(TINY, size * Number.EPSILON ** 2);
  // rounding must not put the bracket above the eigenvalue
  low -= 2 * n * Number.EPSILON * size + floor;
  high += 2 * n * Number.EPSILON * size + floor;
  const settled = (middle: number): boolean =>
    !(middle > low && middle < high) || high - low <= Number.EPSILON * Math.abs(low);
  for (;;) {
    const middle = low + (high - low) / 2;
    if (settled(middle)) return low;
    // beside it where the next halving looks, whichever way this one goes
    const left = low + (middle - low) / 2;
    const right = middle + (high - middle) / 2;
    const found = anyBelow(d, e, [left, middle, right], floor);
    if (found & 2) high = middle;
    else low = middle;
    const next = found & 2 ? left : right;
    if (settled(next)) return low;
    if (found & (found & 2 ? 1 : 4)) high = next;
    else low = next;
  }
}

/** T − below = L D Lᵀ, positive definite. Returns the largest entry of T − below. */
function factorise(
  d: Float64Array,
  e: Float64Array,
  below: number,
  pivot: Float64Array,
  factor: Float64Array,
): number {
  let size = 0;
  for (let i = 0; i < d.length; i++) size = Math.max(size, Math.abs(d[i] - below), Math.abs(e[i]));
  const floor = Math.max(TINY, size * Number.EPSILON ** 2);
  for (let i = 0; i < d.length; i++) {
    // rounded exactly as in anyBelow, which has found these pivots positive
    pivot[i] = Math.max(
      floor,
      i === 0 ? d[i] - below : d[i] - below - (e[i] * e[i]) / pivot[i - 1],
    );
    factor[i] = i === 0 ? 0 : e[i] / pivot[i - 1];
  }
  return size;
}

/** Inverse iteration with L D Lᵀ; the unit eigenvector goes to `x`. */
function iterate(
  pivot: Float64Array,
  factor: Float64Array,
  x: Float64Array,
  previous: Float64Array,
  size: number,
): void {
  const n = x.length;
  // a start without symmetry: fractional parts of multiples of the golden ratio, shifted to lie
  // between ½ and 3/2
  for (let i = 0; i < n; i++) x[i] = 0.5 + ((i * 0.6180339887498949) % 1);
  normalise(x);
  let value = Infinity; // distance of the eigenvalue from the shift
  for (let step = 0; step < MAX_STEPS; step++) {
    previous.set(x);
    substitute(pivot, factor, x);
    value = 1 / normalise(x);
    let change = 0;
    // T − below > 0: no sign flips
    for (let i = 0; i < n; i++) change = Math.max(change, Math.abs(x[i] - previous[i]));
    if (change <= 16 * Number.EPSILON) return;
  }
  const rounding = 32 * n * Number.EPSILON * size + TINY;
  if (value <= rounding) return;
  throw new NotConvergedError(
    `lowestEigenpair: residual ${value.toExponential(2)} after ${MAX_STEPS} steps of inverse iteration, ` +
      `expected ${rounding.toExponential(2)}. Use symmetricEigen for this matrix.`,
    { residual: value, iterations: MAX_STEPS },
  );
}

/** x ← (L D Lᵀ)⁻¹ x. */
function substitute(pivot: Float64Array, factor: Float64Array, x: Float64Array): void {
  const n = x.length;
  for (let i = 1; i < n; i++) x[i] -= factor[i] * x[i - 1];
  for (let i = 0; i < n; i++) x[i] /= pivot[i];
  for (let i = n - 2; i >= 0; i--) x[i] -= factor[i + 1] * x[i + 1];
}

/** r = A v − θ v from the lower triangle; returns the Rayleigh quotient θ of the unit vector v. */
function residual(matrix: Float64Array, v: Float64Array, r: Float64Array): number {
  const n = v.length;
  // four rows at a time, whose sums do not wait for each other; each adds up in its own order
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const [a, b, c, d] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
    const [va, vb, vc, vd] = [v[i], v[i + 1], v[i + 2], v[i + 3]];
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
    for (let j = 0; j < i; j++) {
      const [x, y, z, t] = [matrix[a + j], matrix[b + j], matrix[c + j], matrix[d + j]];
      const vj = v[j];
      sumA += x * vj;
      sumB += y * vj;
      sumC += z * vj;
      sumD += t * vj;
      r[j] = r[j] + x * va + y * vb + z * vc + t * vd;
    }
    finishRow(matrix, v, r, i, i, sumA);
    finishRow(matrix, v, r, i + 1, i, sumB);
    finishRow(matrix, v, r, i + 2, i, sumC);
    finishRow(matrix, v, r, i + 3, i, sumD);
  }
  for (; i < n; i++) finishRow(matrix, v, r, i, 0, 0);
  let value = 0;
  for (let i = 0; i < n; i++) value += v[i] * r[i];
  for (let i = 0; i < n; i++) r[i] -= value * v[i];
  return value;
}

/** Row i from column `from` on, what lies before it being added up in `sum`. */
function finishRow(
  matrix: Float64Array,
  v: Float64Array,
  r: Float64Array,
  i: number,
  from: number,
  sum: number,
): void {
  const start = i * v.length;
  for (let j = from; j < i; j++) {
    const entry = matrix[start + j];
    sum += entry * v[j];
    r[j] += entry * v[i];
  }
  r[i] = sum + matrix[start + i] * v[i];
}

/** x ← x − (vᵀx) v, twice: (A − below)⁻¹ magnifies rounding along v more than anything else. */
function removeShare(v: Float64Array, x: Float64Array): void {
  for (let pass = 0; pass < 2; pass++) {
    let share = 0;
    for (let i = 0; i < v.length; i++) share += v[i] * x[i];
    for (let i = 0; i < v.length; i++) x[i] -= share * v[i];
  }
}

/** x / ‖x‖ in place, scaled first so that squares do not overflow; returns ‖x‖. */
function normalise(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]));
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / largest) * (x[i] / largest);
  const length = Math.sqrt(sum);
  for (let i = 0; i < x.length; i++) x[i] = x[i] / largest / length;
  return largest * length;
}

/** x ← Q x = H_{n−1} … H_1 x. */
function reflect(reflectors: Float64Array, tau: Float64Array, x: Float64Array): void {
  for (let m = 1; m < x.length; m++) reflectOnce(reflectors, m * x.length, tau[m], m, x);
}

/** x ← Qᵀ x = H_1 … H_{n−1} x. */
function reflectBack(reflectors: Float64Array, tau: Float64Array, x: Float64Array): void {
  for (let m = x.length - 1; m > 0; m--) reflectOnce(reflectors, m * x.length, tau[m], m, x);
}

function reflectOnce(
  reflectors: Float64Array,
  start: number,
  tau: number,
  length: number,
  x: Float64Array,
): void {
  let sum = 0;
  for (let j = 0; j < length; j++) sum += reflectors[start + j] * x[j];
  sum *= tau;
  for (let j = 0; j < length; j++) x[j] -= sum * reflectors[start + j];
}

function makeSumPositive(x: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  if (sum < 0) for (let i = 0; i < x.length; i++) x[i] = -x[i];
}

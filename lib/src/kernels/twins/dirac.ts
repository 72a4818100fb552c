import type { Views } from "../views.js";

/** Σ_μ η_μ(n) [x(n+μ̂) − x(n−μ̂)] at site z of row r. */
function hops(
  f64: Float64Array,
  i32: Int32Array,
  n: number,
  pairs: number,
  table: number,
  phases: number,
  x: number,
  r: number,
  z: number,
): number {
  const row = x + r * n;
  const phase = phases + r * (pairs + 1);
  let sum =
    f64[phase + pairs] *
    (f64[row + (z === n - 1 ? 0 : z + 1)] - f64[row + (z === 0 ? n - 1 : z - 1)]);
  for (let axis = 0, at = table + r * pairs * 2; axis < pairs; axis++, at += 2) {
    sum += f64[phase + axis] * (f64[x + i32[at] + z] - f64[x + i32[at + 1] + z]);
  }
  return sum;
}

/**
 * (D x)(n) = A(n) x(n) + sign Σ_μ ½η_μ(n) [x(n+μ̂) − x(n−μ̂)], Blücher et al. 2020, Eq. (2); sign
 * −1 gives Dᵀ x.
 *
 * @param table [rows, pairs, 2], first site of the neighbouring row forward and backward along each
 *   axis but the last
 * @param phases  [rows, pairs + 1], η_μ, ±1 and constant along a row
 * @param twiceMass  2 A(n) = 2 M_f + 2 g φ(n): 2 D needs fewer products
 */
export function dirac(
  { f64, i32 }: Views,
  rows: number,
  n: number,
  pairs: number,
  table: number,
  phases: number,
  twiceMass: number,
  x: number,
  out: number,
  sign: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let z = 0; z < n; z++) {
      const i = r * n + z;
      f64[out + i] =
        0.5 *
        (f64[twiceMass + i] * f64[x + i] + sign * hops(f64, i32, n, pairs, table, phases, x, r, z));
    }
  }
}

/**
 * out += scale · x · D x, the force of −½ χᵀ(DᵀD)⁻¹χ per unit of ∂A/∂φ for x = (DᵀD)⁻¹χ. `scratch`
 * is one vector.
 */
export function addDiracForce(
  views: Views,
  rows: number,
  n: number,
  pairs: number,
  table: number,
  phases: number,
  twiceMass: number,
  x: number,
  scratch: number,
  out: number,
  scale: number,
): void {
  const { f64 } = views;
  dirac(views, rows, n, pairs, table, phases, twiceMass, x, scratch, 1);
  for (let i = 0; i < rows * n; i++) f64[out + i] += scale * f64[x + i] * f64[scratch + i];
}

/**
 * Conjugate gradients for DᵀD x = b from x = 0, until ‖b − DᵀD x‖ ≤ tolerance ‖b‖ by the recurrence
 * of the residual.
 *
 * @param scratch  three vectors, one after the other: residual, direction, D direction
 * @param reached receives the relative residual; NaN if the numbers overflowed, and then x means
 *   nothing
 * @returns        iterations; equal to `limit` with reached > tolerance where the limit was too low
 */
export function solveDirac(
  views: Views,
  rows: number,
  n: number,
  pairs: number,
  table: number,
  phases: number,
  twiceMass: number,
  b: number,
  x: number,
  scratch: number,
  reached: number,
  tolerance: number,
  limit: number,
): number {
  const { f64, i32 } = views;
  const count = rows * n;
  const [r, p, t] = [scratch, scratch + count, scratch + 2 * count];
  const dot = (a: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += f64[a + i] * f64[a + i];
    return sum;
  };
  f64.fill(0, x, x + count);
  f64.copyWithin(r, b, b + count);
  f64.copyWithin(p, b, b + count);
  const first = dot(b);
  let rr = first;
  let iterations = 0;
  while (rr > tolerance * tolerance * first && iterations < limit) {
    dirac(views, rows, n, pairs, table, phases, twiceMass, p, t, 1);
    const alpha = rr / dot(t); // pᵀ DᵀD p = ‖D p‖²
    for (let i = 0; i < count; i++) f64[x + i] += alpha * f64[p + i];
    subtractTransposed(f64, i32, rows, n, pairs, table, phases, twiceMass, t, r, alpha);
    const next = dot(r);
    for (let i = 0; i < count; i++) f64[p + i] = f64[r + i] + (next / rr) * f64[p + i];
    rr = next;
    iterations++;
  }
  f64[reached] = first > 0 ? Math.sqrt(rr / first) : rr;
  return iterations;
}

/** r −= alpha Dᵀ t. */
function subtractTransposed(
  f64: Float64Array,
  i32: Int32Array,
  rows: number,
  n: number,
  pairs: number,
  table: number,
  phases: number,
  twiceMass: number,
  t: number,
  r: number,
  alpha: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let z = 0; z < n; z++) {
      const i = row * n + z;
      f64[r + i] -=
        0.5 *
        alpha *
        (f64[twiceMass + i] * f64[t + i] - hops(f64, i32, n, pairs, table, phases, t, row, z));
    }
  }
}

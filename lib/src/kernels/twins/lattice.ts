import type { Views } from "../views.js";

/**
 * A list of neighbouring rows, [rows, pairs, 2]: first site of the row forward and backward along
 * each axis but the last.
 */
type Table = number;

/** Σ_μ x(n+μ̂), with the backward neighbours too if asked for; n is site z of row r. */
function neighbourSum(
  f64: Float64Array,
  i32: Int32Array,
  n: number,
  pairs: number,
  table: Table,
  x: number,
  r: number,
  z: number,
  backward: boolean,
): number {
  const row = x + r * n;
  let sum = 0;
  for (let axis = 0, at = table + r * pairs * 2; axis < pairs; axis++, at += 2) {
    sum += f64[x + i32[at] + z];
    if (backward) sum += f64[x + i32[at + 1] + z];
  }
  sum += f64[row + (z === n - 1 ? 0 : z + 1)];
  if (backward) sum += f64[row + (z === 0 ? n - 1 : z - 1)];
  return sum;
}

/** S_KG of a field on `rows` rows of n sites; Blücher et al. 2020, Eq. (1). */
export function kleinGordonAction(
  { f64, i32 }: Views,
  rows: number,
  n: number,
  pairs: number,
  table: Table,
  field: number,
  kappa: number,
  lambda: number,
): number {
  let action = 0;
  for (let r = 0; r < rows; r++) {
    for (let z = 0; z < n; z++) {
      const phi = f64[field + r * n + z];
      const square = phi * phi;
      const forward = neighbourSum(f64, i32, n, pairs, table, field, r, z, false);
      action += square * (1 - 2 * lambda + lambda * square) - 2 * kappa * phi * forward;
    }
  }
  return action;
}

/** out ← −∂S_KG/∂φ = 2κ Σ_±μ φ(n±μ̂) − 2(1 − 2λ) φ − 4λ φ³. */
export function kleinGordonForce(
  { f64, i32 }: Views,
  rows: number,
  n: number,
  pairs: number,
  table: Table,
  field: number,
  out: number,
  kappa: number,
  lambda: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let z = 0; z < n; z++) {
      const phi = f64[field + r * n + z];
      f64[out + r * n + z] =
        2 * kappa * neighbourSum(f64, i32, n, pairs, table, field, r, z, true) -
        phi * (2 * (1 - 2 * lambda) + 4 * lambda * phi * phi);
    }
  }
}

/** out ← mass + coupling · field. */
export function shiftedField(
  { f64 }: Views,
  count: number,
  field: number,
  out: number,
  mass: number,
  coupling: number,
): void {
  for (let i = 0; i < count; i++) f64[out + i] = mass + coupling * f64[field + i];
}

/** out ← 1 / (mass + coupling · field). */
export function reciprocalField(
  { f64 }: Views,
  count: number,
  field: number,
  out: number,
  mass: number,
  coupling: number,
): void {
  for (let i = 0; i < count; i++) f64[out + i] = 1 / (mass + coupling * f64[field + i]);
}

/** `kleinGordonForce` and `reciprocalField` into w, in one pass. */
export function kleinGordonForceAndReciprocals(
  views: Views,
  rows: number,
  n: number,
  pairs: number,
  table: Table,
  field: number,
  out: number,
  kappa: number,
  lambda: number,
  w: number,
  mass: number,
  coupling: number,
): void {
  kleinGordonForce(views, rows, n, pairs, table, field, out, kappa, lambda);
  reciprocalField(views, rows * n, field, w, mass, coupling);
}

/** Σ_links w(n) w(n+μ̂). */
export function linkSum(
  { f64, i32 }: Views,
  rows: number,
  n: number,
  pairs: number,
  table: Table,
  w: number,
): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    for (let z = 0; z < n; z++)
      sum += f64[w + r * n + z] * neighbourSum(f64, i32, n, pairs, table, w, r, z, false);
  }
  return sum;
}

/**
 * out += scale · w (1 − ¼ w Σ_±μ w(n±μ̂)): the force of scale/g · [Σ ln A + ¼ Σ_links w w′], w =
 * 1/A.
 */
export function addHoppingForce(
  { f64, i32 }: Views,
  rows: number,
  n: number,
  pairs: number,
  table: Table,
  w: number,
  out: number,
  scale: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let z = 0; z < n; z++) {
      const own = f64[w + r * n + z];
      f64[out + r * n + z] +=
        scale * own * (1 - 0.25 * own * neighbourSum(f64, i32, n, pairs, table, w, r, z, true));
    }
  }
}

// What both ways of reducing a symmetric matrix to tridiagonal form share.
import { plusProduct } from "./fused";

const NEGLIGIBLE: f64 = 1e-290; // the twin says why

@inline export function entry(vector: usize, j: i32): usize {
  return vector + (<usize>j << 3);
}

@inline export function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

@inline export function dotProduct(n: i32, a: usize, b: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    const o = <usize>j << 3;
    s0 = plusProduct(v128.load(a + o), v128.load(b + o), s0);
    s1 = plusProduct(v128.load(a + o, 16), v128.load(b + o, 16), s1);
  }
  let sum = total(f64x2.add(s0, s1));
  for (; j < n; j++) sum += load<f64>(entry(a, j)) * load<f64>(entry(b, j));
  return sum;
}

/**
 * The reflector 1 − τ u uᵀ that maps row m onto its last entry left of the diagonal: u, that entry and τ are stored.
 * @returns τ
 */
export function reflector(m: i32, row: usize, u: usize, stride: usize, offDiagonal: usize, tau: usize): f64 {
  const alpha = load<f64>(entry(row, m - 1));
  const others = dotProduct(m - 1, row, row);
  let beta = alpha, t: f64 = 0;
  let filled: usize = 0; // u may be the row itself
  if (others >= NEGLIGIBLE) {
    beta = alpha >= 0 ? -sqrt(others + alpha * alpha) : sqrt(others + alpha * alpha);
    t = (beta - alpha) / beta;
    scaled(m - 1, u, 1 / (alpha - beta), row);
    store<f64>(entry(u, m - 1), 1);
    filled = <usize>m << 3;
  }
  memory.fill(u + filled, 0, stride - filled);
  store<f64>(entry(offDiagonal, m), beta);
  store<f64>(entry(tau, m), t);
  return t;
}

/** to ← scale · from, n entries. */
@inline export function scaled(n: i32, to: usize, scale: f64, from: usize): void {
  const by = f64x2.splat(scale);
  let j = 0;
  for (; j + 2 <= n; j += 2) v128.store(entry(to, j), f64x2.mul(v128.load(entry(from, j)), by));
  if (j < n) store<f64>(entry(to, j), load<f64>(entry(from, j)) * scale);
}

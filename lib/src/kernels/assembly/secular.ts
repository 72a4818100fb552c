// The secular equation of divide and conquer, two poles at a time: nearly all of it is divisions.
import { plusProduct } from "./fused";
import { entry, scaled, total } from "./reflections";

const PATIENCE = 40; // steps from which on the bracket is halved

// What poleSums found: Σ z² / (d − λ) and its derivative.
let value: f64 = 0, slope: f64 = 0;

/** Over the poles from … to − 1, at λ = base + x. */
function poleSums(from: i32, to: i32, d: usize, squares: usize, base: f64, x: f64): void {
  const one = f64x2.splat(1), bv = f64x2.splat(base), xv = f64x2.splat(x);
  let s = f64x2.splat(0), t = s;
  let j = from;
  for (; j + 2 <= to; j += 2) {
    const reciprocal = f64x2.div(one, f64x2.sub(f64x2.sub(v128.load(entry(d, j)), bv), xv));
    const share = f64x2.mul(v128.load(entry(squares, j)), reciprocal);
    s = f64x2.add(s, share);
    t = plusProduct(share, reciprocal, t);
  }
  value = total(s); slope = total(t);
  if (j < to) {
    const reciprocal = 1 / (load<f64>(entry(d, j)) - base - x);
    const share = load<f64>(entry(squares, j)) * reciprocal;
    value += share; slope += share * reciprocal;
  }
}

/** The root of c x² − a x + b that is 2b / (a + √(a² − 4bc)), without cancellation. */
function smallerRoot(c: f64, a: f64, b: f64): f64 {
  const root = sqrt(abs(a * a - 4 * b * c));
  return a > 0 ? (2 * b) / (a + root) : (a - root) / (2 * c);
}

/** The other root of the same equation: behind all poles it is the one outside. */
function largerMove(c: f64, a: f64, b: f64): f64 {
  const root = sqrt(abs(a * a - 4 * b * c));
  return a >= 0 ? (a + root) / (2 * c) : (2 * b) / (a - root);
}

/** λ − base of the root in a bracket; the twin says how. */
function refined(
  count: i32, d: usize, squares: usize, rho: f64, k: i32, base: f64, low: f64, high: f64, start: f64, behind: bool,
): f64 {
  let x = start > low && start < high ? start : (low + high) / 2;
  let step = 0;
  do {
    poleSums(0, k + 1, d, squares, base, x);
    const psi = value, before = slope;
    poleSums(k + 1, count, d, squares, base, x);
    const all = 1 / rho + psi + value, steep = before + slope;
    const size = 8 * (abs(value) + abs(psi)) + 2 / rho + abs(x) * steep;
    if (!(abs(all) > f64.EPSILON * size)) return x;
    if (all < 0) low = x;
    else high = x;
    const left = load<f64>(entry(d, k)) - base - x, right = load<f64>(entry(d, k + 1)) - base - x;
    const c = all - left * before - right * slope;
    const a = (left + right) * all - left * right * steep;
    const b = left * right * all;
    let move = behind ? largerMove(abs(c), a, b) : smallerRoot(c, a, b);
    if (!(all * move < 0)) move = -all / steep;
    let next = x + move;
    if (!(next > low && next < high) || step > PATIENCE) next = (low + high) / 2;
    if (next == x || next == low || next == high) return x;
    x = next;
    step++;
  } while (true);
}

/** The root between poles k and k + 1. */
function between(count: i32, d: usize, squares: usize, rho: f64, k: i32, origins: usize, offsets: usize): void {
  const base = load<f64>(entry(d, k)), next = load<f64>(entry(d, k + 1)), gap = next - base;
  let rest = 1 / rho; // at the middle, without the two poles
  poleSums(0, k, d, squares, base, gap / 2);
  rest += value;
  poleSums(k + 2, count, d, squares, base, gap / 2);
  rest += value;
  const left = load<f64>(entry(squares, k)), right = load<f64>(entry(squares, k + 1));
  const first = rest + (right - left) / (gap / 2) > 0;
  const start = first
    ? smallerRoot(rest, rest * gap + left + right, left * gap)
    : -smallerRoot(-rest, left + right - rest * gap, right * gap);
  const offset = first
    ? refined(count, d, squares, rho, k, base, 0, gap / 2, start, false)
    : refined(count, d, squares, rho, k, next, -gap / 2, 0, start, false);
  store<i32>(origins + (<usize>k << 2), first ? k : k + 1);
  store<f64>(entry(offsets, k), offset);
}

/** d − λ_k at two poles. */
@inline function distance(d: v128, poles: usize, k: i32, origins: usize, offsets: usize): v128 {
  const base = v128.load64_splat(entry(poles, load<i32>(origins + (<usize>k << 2))));
  return f64x2.sub(f64x2.sub(d, base), v128.load64_splat(entry(offsets, k)));
}

/** Two products of (d − λ_k) / (d − d_k) over from ≤ k < to, with a division for two k. */
function quotients(product: v128, from: i32, to: i32, d: v128, poles: usize, origins: usize, offsets: usize): v128 {
  let k = from;
  for (; k + 2 <= to; k += 2) {
    const above = f64x2.mul(distance(d, poles, k, origins, offsets), distance(d, poles, k + 1, origins, offsets));
    const first = f64x2.sub(d, v128.load64_splat(entry(poles, k)));
    product = f64x2.mul(product, f64x2.div(above, f64x2.mul(first, f64x2.sub(d, v128.load64_splat(entry(poles, k), 8)))));
  }
  if (k < to) {
    const above = distance(d, poles, k, origins, offsets);
    product = f64x2.mul(product, f64x2.div(above, f64x2.sub(d, v128.load64_splat(entry(poles, k)))));
  }
  return product;
}

/** Secular equation of `count` poles: see the twin. */
export function secularRoots(
  count: i32, poles: usize, z: usize, rho: f64, origins: usize, offsets: usize, weights: usize,
): void {
  let sum: f64 = 0;
  for (let j = 0; j < count; j++) {
    const x = load<f64>(entry(z, j));
    sum += x * x;
    store<f64>(entry(weights, j), x * x);
  }
  const last = count - 1, high = rho * sum;
  for (let k = 0; k < last; k++) between(count, poles, weights, rho, k, origins, offsets);
  store<i32>(origins + (<usize>last << 2), last);
  const base = load<f64>(entry(poles, last));
  store<f64>(entry(offsets, last), last > 0 ? refined(count, poles, weights, rho, last - 1, base, 0, high, high / 2, true) : high);
  for (let j = 0; j < count; j += 2) {
    const pair = j < last;
    const own = entry(poles, j);
    const d = pair ? v128.load(own) : v128.load64_splat(own);
    let product = quotients(f64x2.splat(1), 0, j, d, poles, origins, offsets);
    product = quotients(product, j + 2, count, d, poles, origins, offsets);
    // the first has its own root and the next one's quotient, the second the other way round
    let near = distance(d, poles, j, origins, offsets);
    product = f64x2.mul(product, near);
    if (pair) {
      near = distance(d, poles, j + 1, origins, offsets);
      const gap = load<f64>(own) - load<f64>(own, 8);
      product = f64x2.mul(product, f64x2.div(near, f64x2.replace_lane(f64x2.splat(-gap), 0, gap)));
    }
    put(f64x2.extract_lane(product, 0), entry(z, j), entry(weights, j));
    if (pair) put(f64x2.extract_lane(product, 1), entry(z, j + 1), entry(weights, j + 1));
  }
}

/** √−square, with the sign of what stands at z; zero where rounding made it positive. */
@inline function put(square: f64, z: usize, weight: usize): void {
  store<f64>(weight, copysign(sqrt(max(-square, 0)), load<f64>(z)));
}

/** Eigenvector of the root base + offset: see the twin. */
export function secularVector(count: i32, poles: usize, weights: usize, base: f64, offset: f64, vector: usize): void {
  const bv = f64x2.splat(base), xv = f64x2.splat(offset);
  let s = f64x2.splat(0);
  let j = 0;
  for (; j + 2 <= count; j += 2) {
    const x = f64x2.div(v128.load(entry(weights, j)), f64x2.sub(f64x2.sub(v128.load(entry(poles, j)), bv), xv));
    v128.store(entry(vector, j), x);
    s = plusProduct(x, x, s);
  }
  let squares = total(s);
  if (j < count) {
    const x = load<f64>(entry(weights, j)) / (load<f64>(entry(poles, j)) - base - offset);
    store<f64>(entry(vector, j), x);
    squares += x * x;
  }
  scaled(count, vector, 1 / sqrt(squares), vector);
}

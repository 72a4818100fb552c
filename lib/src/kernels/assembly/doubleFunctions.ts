// Functions of entries and of lines in double precision, two at a time; see ../twins.
import { plusProduct } from "./fused";
import { sumOf } from "./numbers";

/**
 * e^x to the last digits: with n = round(x / ln 2) and r = x − n ln 2 in two parts, e^r by Taylor's polynomial to r¹³/13!, whose
 * rest is below 10⁻¹⁷, then its exponent raised by n. Below e^−708 it is 0, of NaN NaN.
 */
// @ts-ignore: decorator
@inline function exponential(x: v128): v128 {
  const least = f64x2.splat(-708);
  const inside = f64x2.pmin(f64x2.pmax(x, least), f64x2.splat(709)); // NaN stays
  const n = f64x2.nearest(f64x2.mul(inside, f64x2.splat(1.4426950408889634)));
  let r = f64x2.sub(inside, f64x2.mul(n, f64x2.splat(6.93147180369123816490e-1)));
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(1.90821492927058770002e-10)));
  let p = f64x2.splat(1.0 / 6227020800);
  p = plusProduct(p, r, f64x2.splat(1.0 / 479001600));
  p = plusProduct(p, r, f64x2.splat(1.0 / 39916800));
  p = plusProduct(p, r, f64x2.splat(1.0 / 3628800));
  p = plusProduct(p, r, f64x2.splat(1.0 / 362880));
  p = plusProduct(p, r, f64x2.splat(1.0 / 40320));
  p = plusProduct(p, r, f64x2.splat(1.0 / 5040));
  p = plusProduct(p, r, f64x2.splat(1.0 / 720));
  p = plusProduct(p, r, f64x2.splat(1.0 / 120));
  p = plusProduct(p, r, f64x2.splat(1.0 / 24));
  p = plusProduct(p, r, f64x2.splat(1.0 / 6));
  p = plusProduct(p, r, f64x2.splat(0.5));
  p = plusProduct(f64x2.mul(p, r), r, r);
  p = f64x2.add(p, f64x2.splat(1));
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  const scale = i64x2.shl(i64x2.add(whole, i64x2.splat(1023)), 52);
  return v128.andnot(f64x2.mul(p, scale), f64x2.lt(x, least));
}

export function doubleSoftmax(lines: i32, length: i32, x: usize, y: usize): void {
  const whole = length & ~1, odd = length & 1;
  for (let l = 0; l < lines; l++) {
    const from = x, to = y;
    let most = f64x2.splat(-Infinity);
    for (let k = 0; k < whole; k += 2) { most = f64x2.pmax(most, v128.load(x)); x += 16; }
    if (odd) most = f64x2.pmax(most, v128.load64_splat(x));
    const top = f64x2.splat(max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)));
    let sums = f64x2.splat(0);
    x = from;
    for (let k = 0; k < whole; k += 2) {
      const e = exponential(f64x2.sub(v128.load(x), top));
      v128.store(y, e);
      sums = f64x2.add(sums, e);
      x += 16; y += 16;
    }
    let sum = sumOf<f64>(sums);
    let last: f64 = 0;
    if (odd) {
      last = f64x2.extract_lane(exponential(f64x2.sub(v128.load64_splat(x), top)), 0);
      sum += last;
      x += 8;
    }
    const part = 1 / sum, parts = f64x2.splat(part);
    y = to;
    for (let k = 0; k < whole; k += 2) { v128.store(y, f64x2.mul(v128.load(y), parts)); y += 16; }
    if (odd) { store<f64>(y, last * part); y += 8; }
  }
}

export function doubleSoftmaxTransposed(lines: i32, length: i32, y: usize, g: usize, gx: usize): void {
  const whole = length & ~1, odd = length & 1;
  for (let l = 0; l < lines; l++) {
    const y0 = y, g0 = g;
    let sums = f64x2.splat(0);
    for (let k = 0; k < whole; k += 2) {
      sums = plusProduct(v128.load(y), v128.load(g), sums);
      y += 16; g += 16;
    }
    let mean = sumOf<f64>(sums);
    if (odd) mean += load<f64>(y) * load<f64>(g);
    const means = f64x2.splat(mean);
    y = y0; g = g0;
    for (let k = 0; k < whole; k += 2) {
      v128.store(gx, f64x2.mul(v128.load(y), f64x2.sub(v128.load(g), means)));
      y += 16; g += 16; gx += 16;
    }
    if (odd) {
      store<f64>(gx, load<f64>(y) * (load<f64>(g) - mean));
      y += 8; g += 8; gx += 8;
    }
  }
}

/** Terms about each node of the table, see ../../nn/layers/errorFunction.ts; nodes lie 1/16 apart, the last at 6. */
const TERMS: i32 = 11;

export function doubleGelu(count: i32, x: usize, y: usize, slope: usize, table: usize): void {
  const half = f64x2.splat(0.5), root = f64x2.splat(0.7071067811865476);
  for (let k = 0; k < count; k += 2) {
    const v = v128.load(x), z = f64x2.mul(v, root);
    const size = f64x2.pmin(f64x2.splat(6), f64x2.abs(z)); // of NaN 6, and x · 1 stays NaN
    const nodes = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(f64x2.mul(size, f64x2.splat(16)), half));
    const d = f64x2.sub(size, f64x2.mul(f64x2.convert_low_i32x4_s(nodes), f64x2.splat(0.0625)));
    const row: usize = <usize>TERMS << 3;
    let a = table + <usize>i32x4.extract_lane(nodes, 0) * row + row, b = table + <usize>i32x4.extract_lane(nodes, 1) * row + row;
    let sum = f64x2.splat(0), rise = sum; // erf and erf′ by Horner's scheme together
    for (let t = 0; t < TERMS; t++) {
      a -= 8; b -= 8;
      rise = plusProduct(rise, d, sum);
      sum = plusProduct(sum, d, v128.load64_lane(b, v128.load64_splat(a), 1));
    }
    const erf = v128.bitselect(f64x2.neg(sum), sum, f64x2.lt(v, f64x2.splat(0)));
    const below = f64x2.mul(half, f64x2.add(f64x2.splat(1), erf));
    v128.store(y, f64x2.mul(v, below));
    // φ = erf′(x/√2) / (2√2), which is 0 where the table ends
    const density = v128.and(f64x2.mul(rise, f64x2.splat(0.3535533905932738)), f64x2.lt(size, f64x2.splat(6)));
    v128.store(slope, f64x2.add(below, f64x2.mul(v, density)));
    x += 16; y += 16; slope += 16;
  }
}

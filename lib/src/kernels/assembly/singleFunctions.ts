// Functions of entries, of lines and of groups in single precision, four at a time; see ../twins.
import { plusProductSingle } from "./fused";

/** Numbers of its size count in ones: what is added to it is rounded, and stands in its last bits. */
const ROUNDING: f32 = 12582912;
/** e to this power counts as 0. */
const LEAST: f32 = -87;

/**
 * e^x for x ≤ 88, to a unit in the last place: with n = round(x / ln 2) and r = x − n ln 2 in two parts, e^r by 1 + r + r² p(r) with
 * the p of degree 4 that is closest to it for |r| ≤ ½ ln 2 (3·10⁻⁹), then its exponent raised by n. Below e^−87 it is 0.
 */
// @ts-ignore: decorator
@inline function power(x: v128): v128 {
  const least = f32x4.splat(LEAST);
  const inside = f32x4.pmax(x, least);
  const rounded = plusProductSingle(inside, f32x4.splat(1.44269504088896341), f32x4.splat(ROUNDING));
  const n = f32x4.sub(rounded, f32x4.splat(ROUNDING));
  let r = plusProductSingle(n, f32x4.splat(-0.693359375), inside);
  r = plusProductSingle(n, f32x4.splat(2.12194440e-4), r);
  let p = plusProductSingle(f32x4.splat(0.001381417990004607), r, f32x4.splat(0.0083689201683002));
  p = plusProductSingle(p, r, f32x4.splat(0.041668407755277366));
  p = plusProductSingle(p, r, f32x4.splat(0.1666651895011662));
  p = plusProductSingle(p, r, f32x4.splat(0.49999993334603693));
  p = f32x4.add(plusProductSingle(f32x4.mul(p, r), r, r), f32x4.splat(1));
  const scale = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(127 << 23));
  return v128.andnot(f32x4.mul(p, scale), f32x4.lt(x, least));
}

// @ts-ignore: decorator
@inline function sumOf(s: v128): f32 {
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

export function singleExponential(count: i32, x: usize, y: usize): void {
  for (let k = 0; k < count; k += 4) {
    v128.store(y, power(f32x4.pmin(v128.load(x), f32x4.splat(88))));
    x += 16; y += 16;
  }
}

/** What lies behind a line of a length that four does not divide: so small that e to its power is 0. */
const NOTHING: f32 = -3e38;

export function singleSoftmax(lines: i32, length: i32, x: usize, y: usize): void {
  const whole = length & ~3, rest = length - whole;
  for (let l = 0; l < lines; l++) {
    const from = x, to = y;
    let most = f32x4.splat(NOTHING), last = most;
    for (let k = 0; k < whole; k += 4) { most = f32x4.pmax(most, v128.load(x)); x += 16; }
    if (rest > 0) last = v128.load32_lane(x, last, 0);
    if (rest > 1) last = v128.load32_lane(x + 4, last, 1);
    if (rest > 2) last = v128.load32_lane(x + 8, last, 2);
    most = f32x4.pmax(most, last);
    const top = f32x4.splat(max(max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)), max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3))));
    let sum = f32x4.splat(0);
    x = from;
    for (let k = 0; k < length; k += 4) {
      const inside = k < whole;
      const e = power(f32x4.sub(inside ? v128.load(x) : last, top));
      if (inside) { v128.store(y, e); x += 16; y += 16; }
      else last = e;
      sum = f32x4.add(sum, e);
    }
    const part = f32x4.splat(1 / sumOf(sum));
    y = to;
    for (let k = 0; k < whole; k += 4) { v128.store(y, f32x4.mul(v128.load(y), part)); y += 16; }
    last = f32x4.mul(last, part);
    if (rest > 0) v128.store_lane<f32>(y, last, 0);
    if (rest > 1) v128.store_lane<f32>(y + 4, last, 1);
    if (rest > 2) v128.store_lane<f32>(y + 8, last, 2);
    x += <usize>rest << 2; y += <usize>rest << 2;
  }
}

export function singleSoftmaxTransposed(lines: i32, length: i32, y: usize, g: usize, gx: usize): void {
  const whole = length & ~3;
  for (let l = 0; l < lines; l++) {
    const s0 = y, g0 = g;
    let sum = f32x4.splat(0);
    let k = 0;
    for (; k < whole; k += 4) { sum = f32x4.add(sum, f32x4.mul(v128.load(y), v128.load(g))); y += 16; g += 16; }
    let mean = sumOf(sum);
    for (; k < length; k++) { mean += load<f32>(y) * load<f32>(g); y += 4; g += 4; }
    const m = f32x4.splat(mean);
    y = s0; g = g0;
    for (k = 0; k < whole; k += 4) {
      v128.store(gx, f32x4.mul(v128.load(y), f32x4.sub(v128.load(g), m)));
      y += 16; g += 16; gx += 16;
    }
    for (; k < length; k++) {
      store<f32>(gx, load<f32>(y) * (load<f32>(g) - mean));
      y += 4; g += 4; gx += 4;
    }
  }
}

export function singleGelu(count: i32, x: usize, y: usize, slope: usize): void {
  const one = f32x4.splat(1), zero = f32x4.splat(0);
  for (let k = 0; k < count; k += 4) {
    const v = v128.load(x);
    const density = f32x4.mul(power(f32x4.mul(f32x4.mul(f32x4.splat(-0.5), v), v)), f32x4.splat(0.3989422804014327));
    const t = f32x4.div(one, plusProductSingle(f32x4.abs(v), f32x4.splat(0.2316419), one));
    let p = plusProductSingle(f32x4.splat(1.330274429), t, f32x4.splat(-1.821255978));
    p = plusProductSingle(p, t, f32x4.splat(1.781477937));
    p = plusProductSingle(p, t, f32x4.splat(-0.356563782));
    p = plusProductSingle(p, t, f32x4.splat(0.319381530));
    const beyond = f32x4.mul(density, f32x4.mul(p, t)); // what lies beyond |x|
    const below = v128.bitselect(beyond, f32x4.sub(one, beyond), f32x4.lt(v, zero));
    v128.store(y, f32x4.mul(v, below));
    v128.store(slope, plusProductSingle(v, density, below));
    x += 16; y += 16; slope += 16;
  }
}

import type { Views } from "../views.js";

/** Terms about each node of `table`; nodes lie 1/16 apart, the last at 6. */
const TERMS = 11;
const LAST = 6;

/**
 * y = x Φ(x) and its slope Φ(x) + x φ(x), with Φ(x) = ½ (1 + erf x/√2) and φ its slope, both of the
 * Taylor series about the nearest node: `table` has its coefficients, see `erf`.
 */
export function doubleGelu(
  { f64 }: Views,
  count: number,
  x: number,
  y: number,
  slope: number,
  table: number,
): void {
  for (let k = 0; k < count; k++) {
    const v = f64[x + k];
    const size = Math.min(LAST, Math.abs(v) * Math.SQRT1_2);
    const node = (16 * size + 0.5) | 0;
    const d = size - node / 16;
    let [sum, rise] = [0, 0];
    for (let t = TERMS - 1; t >= 0; t--) {
      rise = rise * d + sum;
      sum = sum * d + f64[table + TERMS * node + t];
    }
    const below = 0.5 * (1 + (v < 0 ? -sum : sum));
    f64[y + k] = v * below;
    const density = size < LAST ? (Math.SQRT1_2 / 2) * rise : 0;
    f64[slope + k] = below + v * density;
  }
}

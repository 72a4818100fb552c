/**
 * a + b ε₁ + c ε₂ + d ε₁ε₂ with ε₁² = ε₂² = 0 (Fike and Alonso 2011): a function of it carries
 * its value, its derivatives along two directions, and the mixed second one. Exact to rounding,
 * and blind to kinks that a difference quotient would step over.
 */
export type HyperDual = [value: number, first: number, second: number, mixed: number];

export const constant = (value: number): HyperDual => [value, 0, 0, 0];

/** sum += coefficient · x. */
export function addScaled(sum: HyperDual, coefficient: number, x: HyperDual): void {
  for (let k = 0; k < 4; k++) sum[k] += coefficient * x[k];
}

/** sum += coefficient · x · y. */
export function addProduct(sum: HyperDual, coefficient: number, x: HyperDual, y: HyperDual): void {
  sum[0] += coefficient * x[0] * y[0];
  sum[1] += coefficient * (x[0] * y[1] + x[1] * y[0]);
  sum[2] += coefficient * (x[0] * y[2] + x[2] * y[0]);
  sum[3] += coefficient * (x[0] * y[3] + x[1] * y[2] + x[2] * y[1] + x[3] * y[0]);
}

export function product(x: HyperDual, y: HyperDual): HyperDual {
  const result = constant(0);
  addProduct(result, 1, x, y);
  return result;
}

/** a x + b. */
export const affine = (a: number, x: HyperDual, b = 0): HyperDual => [
  a * x[0] + b,
  a * x[1],
  a * x[2],
  a * x[3],
];

export const sum = (x: HyperDual, y: HyperDual): HyperDual => [
  x[0] + y[0],
  x[1] + y[1],
  x[2] + y[2],
  x[3] + y[3],
];

/** f(x), given f, f′ and f″ at its value. */
export const composed = (x: HyperDual, f: number, first: number, second: number): HyperDual => [
  f,
  first * x[1],
  first * x[2],
  first * x[3] + second * x[1] * x[2],
];

export const exp = (x: HyperDual): HyperDual => {
  const e = Math.exp(x[0]);
  return composed(x, e, e, e);
};

export const log = (x: HyperDual): HyperDual =>
  composed(x, Math.log(x[0]), 1 / x[0], -1 / x[0] ** 2);

export const reciprocal = (x: HyperDual): HyperDual =>
  composed(x, 1 / x[0], -1 / x[0] ** 2, 2 / x[0] ** 3);

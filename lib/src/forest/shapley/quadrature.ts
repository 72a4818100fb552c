/** Points and weights of a rule on [0, 1]. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss-Legendre rule on [0, 1]: exact for polynomials of degree 2 · count − 1. Roots of the
 * Legendre polynomial by Newton's method from Tricomi's estimate (Press et al., Numerical Recipes,
 * 4.6).
 */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let x = Math.cos((Math.PI * (k + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step++) {
      const [value, derivative] = legendre(count, x);
      slope = derivative;
      const change = value / derivative;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    points[k] = (1 + x) / 2;
    weights[k] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** P_n(x) and its derivative, |x| < 1. */
function legendre(n: number, x: number): readonly [number, number] {
  let [before, value] = [1, x];
  for (let j = 2; j <= n; j++)
    [before, value] = [value, ((2 * j - 1) * x * value - (j - 1) * before) / j];
  return [value, (n * (x * value - before)) / (x * x - 1)];
}

import type { ElementwiseLayer } from "./layer.js";

/** max(x, 0); the derivative at 0 is taken as 0, as PyTorch does. */
export function relu(): ElementwiseLayer {
  return leaky("relu", 0);
}

/** x for x > 0, slope·x otherwise. */
export function leakyRelu(slope = 0.01): ElementwiseLayer {
  return leaky(`leakyRelu(${slope})`, slope);
}

/** Hyperbolic tangent. */
export function tanh(): ElementwiseLayer {
  return smooth("tanh", Math.tanh, (_x, y) => 1 - y * y, (_x, y) => -2 * y * (1 - y * y));
}

/** 1 / (1 + e^(−x)). */
export function sigmoid(): ElementwiseLayer {
  return smooth("sigmoid", logistic, (_x, y) => y * (1 - y), (_x, y) => y * (1 - y) * (1 - 2 * y));
}

/** log(1 + e^x). */
export function softplus(): ElementwiseLayer {
  return smooth(
    "softplus",
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), // no overflow for large |x|
    logistic,
    (x) => logistic(x) * logistic(-x),
  );
}

/** x for x > 0, scale·(e^x − 1) otherwise (Clevert et al. 2016). */
export function elu(scale = 1): ElementwiseLayer {
  return smooth(
    `elu(${scale})`,
    (x) => (x > 0 ? x : scale * Math.expm1(x)),
    (x, y) => (x > 0 ? 1 : y + scale),
    (x, y) => (x > 0 ? 0 : y + scale),
  );
}

const logistic = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

function leaky(name: string, slope: number): ElementwiseLayer {
  return {
    kind: "elementwise",
    name,
    slope,
    piecewiseLinear: true,
    outputShape: ([input]) => input,
    value(x, y, count) {
      for (let p = 0; p < count; p++) y[p] = x[p] > 0 ? x[p] : slope * x[p];
    },
    derivative(x, _y, d, count) {
      for (let p = 0; p < count; p++) d[p] = x[p] > 0 ? 1 : slope;
    },
    secondDerivative(_x, _y, d, count) {
      d.fill(0, 0, count);
    },
  };
}

type Scalar = (x: number, y: number) => number;

function smooth(name: string, f: (x: number) => number, first: Scalar, second: Scalar): ElementwiseLayer {
  const over = (g: Scalar) => (x: Float64Array, y: Float64Array, d: Float64Array, count: number): void => {
    for (let p = 0; p < count; p++) d[p] = g(x[p], y[p]);
  };
  return {
    kind: "elementwise",
    name,
    piecewiseLinear: false,
    outputShape: ([input]) => input,
    value(x, y, count) {
      for (let p = 0; p < count; p++) y[p] = f(x[p]);
    },
    derivative: over(first),
    secondDerivative: over(second),
  };
}

import {
  gelu,
  hardSigmoid,
  hardSwish,
  operations,
  selu,
  silu,
  type MathFunctionName,
} from "phaselens/nn";
import { entrywise, hyperbolicTangent, logistic } from "./entrywiseLayers.js";
import { affine, composed, constant, exp, product, sum, type HyperDual } from "./hyperDual.js";

const { clip, mathFunction, power, rescale } = operations;

type F = (x: HyperDual) => HyperDual;

/** erf by its series of terms of one sign, (2/√π) e^{−x²} Σ_n 2ⁿ x^{2n+1} / (2n+1)!!. */
export function erfSeries(x: number): number {
  const size = Math.min(Math.abs(x), 7);
  let [term, total] = [size, size];
  for (let n = 1; n < 400; n++) total += term *= (2 * size * size) / (2 * n + 1);
  return (Math.sign(x) * 2 * Math.exp(-size * size) * total) / Math.sqrt(Math.PI);
}

const erf: F = (x) => {
  const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-x[0] * x[0]);
  return composed(x, erfSeries(x[0]), slope, -2 * x[0] * slope);
};
const half = (x: HyperDual): HyperDual => affine(0.5, x);
const geluOf: F = (x) => half(product(x, affine(1, erf(affine(Math.SQRT1_2, x)), 1)));
const geluTanhOf: F = (x) => {
  const cube = product(x, product(x, x));
  const inner = affine(Math.sqrt(2 / Math.PI), sum(x, affine(0.044715, cube)));
  return half(product(x, affine(1, hyperbolicTangent(inner), 1)));
};
const between =
  (low: number, high: number): F =>
  (x) =>
    x[0] < low ? constant(low) : x[0] > high ? constant(high) : x;
const whole = (x: HyperDual, n: number): HyperDual =>
  n === 0 ? constant(1) : product(x, whole(x, n - 1));
const step =
  (f: (x: number) => number): F =>
  ([x]) =>
    constant(f(x));
const toWhole = (x: number): number => Math.abs(x - Math.round(x));
const toHalf = (x: number): number => Math.abs(x - Math.floor(x) - 0.5);

/** By name; those that are not defined everywhere have a test of their own. */
const functions: Partial<
  Record<MathFunctionName, { f: F; kink?: number; gap?(x: number): number }>
> = {
  erf: { f: erf },
  atan: {
    f: (x) => composed(x, Math.atan(x[0]), 1 / (1 + x[0] ** 2), (-2 * x[0]) / (1 + x[0] ** 2) ** 2),
  },
  sin: { f: (x) => composed(x, Math.sin(x[0]), Math.cos(x[0]), -Math.sin(x[0])) },
  cos: { f: (x) => composed(x, Math.cos(x[0]), -Math.sin(x[0]), -Math.cos(x[0])) },
  abs: { f: (x) => (x[0] === 0 ? constant(0) : affine(Math.sign(x[0]), x)), kink: 0 },
  sign: { f: step(Math.sign), kink: 0 },
  floor: { f: step(Math.floor), gap: toWhole },
  ceil: { f: step(Math.ceil), gap: toWhole },
  round: { f: step((x) => (toHalf(x) === 0 ? 2 * Math.round(x / 2) : Math.round(x))), gap: toHalf },
  isPositive: { f: step((x) => (x > 0 ? 1 : 0)), kink: 0 },
  isZero: { f: step((x) => (x === 0 ? 1 : 0)), kink: 0 },
};

export const functionLayers = {
  gelu: entrywise((draw) =>
    draw.below(2) === 0
      ? { layer: gelu(), f: geluOf }
      : { layer: gelu({ approximate: "tanh" }), f: geluTanhOf },
  ),
  silu: entrywise(() => ({ layer: silu(), f: (x) => product(x, logistic(x)) })),
  selu: entrywise(() => {
    const [alpha, lambda] = [1.6732632423543772, 1.0507009873554805];
    const f: F = (x) => affine(lambda, x[0] > 0 ? x : affine(alpha, exp(x), -alpha));
    return { layer: selu(), f, kink: 0 };
  }),
  hardSigmoid: entrywise((draw) => {
    const [slope, shift] = draw.among([
      [1 / 6, 0.5],
      [0.2, 0.5],
      [-0.7, 0.1],
    ]);
    const f: F = (x) => between(0, 1)(affine(slope, x, shift));
    const gap = (x: number): number =>
      Math.min(Math.abs(x + shift / slope), Math.abs(x - (1 - shift) / slope));
    return { layer: hardSigmoid(slope, shift), f, gap };
  }),
  hardSwish: entrywise(() => {
    const f: F = (x) => product(x, between(0, 1)(affine(1 / 6, x, 0.5)));
    return { layer: hardSwish(), f, gap: (x) => Math.min(Math.abs(x - 3), Math.abs(x + 3)) };
  }),
  clip: entrywise((draw) => {
    const [low, high] = draw.among([
      [-1, 1],
      [0, 6],
      [-0.5, 0.1],
    ]);
    const gap = (x: number): number => Math.min(Math.abs(x - low), Math.abs(x - high));
    return { layer: clip(low, high), f: between(low, high), gap };
  }),
  power: entrywise((draw) => {
    const exponent = draw.among([2, 3, 1, 0]);
    return { layer: power(exponent), f: (x) => whole(x, exponent) };
  }),
  rescale: entrywise((draw) => {
    const [factor, shift] = draw.among([
      [-1, 1],
      [0.5, 0],
      [2, -0.3],
    ]);
    return { layer: rescale(factor, shift), f: (x) => affine(factor, x, shift) };
  }),
  mathFunction: entrywise((draw) => {
    const name = draw.among(Object.keys(functions) as MathFunctionName[]);
    return { layer: mathFunction(name), ...functions[name]! };
  }),
};

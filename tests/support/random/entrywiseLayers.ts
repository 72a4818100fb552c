import { elu, leakyRelu, relu, sigmoid, softplus, tanh, type Layer } from "phaselens/nn";
import type { Draw } from "./draw.js";
import {
  affine,
  constant,
  exp,
  log,
  product,
  reciprocal,
  sum,
  type HyperDual,
} from "./hyperDual.js";
import type { RandomLayer } from "./randomLayer.js";

type F = (x: HyperDual) => HyperDual;

const anywhere = [0, 1, 2, 3] as const;

export function entrywise(
  make: (draw: Draw) => { layer: Layer; f: F; kink?: number; gap?(x: number): number },
): RandomLayer {
  return {
    space: anywhere,
    draw(draw) {
      const { layer, ...naive } = make(draw);
      return { layer, naive: { kind: "entrywise", ...naive } };
    },
  };
}

/** max(x, 0). */
export const rectified: F = (x) => (x[0] > 0 ? x : constant(0));
const below =
  (slope: number): F =>
  (x) =>
    x[0] > 0 ? x : affine(slope, x);
export const logistic: F = (x) => reciprocal(affine(1, exp(affine(-1, x)), 1));
/** (e^x − e^−x) / (e^x + e^−x). */
export const hyperbolicTangent: F = (x) => {
  const [up, down] = [exp(x), exp(affine(-1, x))];
  return product(sum(up, affine(-1, down)), reciprocal(sum(up, down)));
};

export const entrywiseLayers = {
  relu: entrywise(() => ({ layer: relu(), f: rectified, kink: 0 })),
  leakyRelu: entrywise((draw) => {
    const slope = draw.among([0.01, 0.3, 1.5, -0.2]);
    return { layer: leakyRelu(slope), f: below(slope), kink: 0 };
  }),
  tanh: entrywise(() => ({ layer: tanh(), f: hyperbolicTangent })),
  sigmoid: entrywise(() => ({ layer: sigmoid(), f: logistic })),
  softplus: entrywise(() => ({ layer: softplus(), f: (x) => log(affine(1, exp(x), 1)) })),
  elu: entrywise((draw) => {
    const scale = draw.among([1, 0.4]);
    const f: F = (x) => (x[0] > 0 ? x : affine(scale, exp(x), -scale));
    return { layer: elu(scale), f, kink: 0 }; // of f″, and of f′ unless the scale is 1
  }),
} satisfies Record<string, RandomLayer>;

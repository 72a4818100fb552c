import { callable, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { built } from "./builtLayer.js";
import { byEntry, checkNumber, ownFunction } from "./byEntry.js";
import { prepareElementwise } from "./elementwiseStep.js";
import type { ElementwiseLayer } from "./layer.js";
import type { BuiltSpec } from "./layerSpec.js";
import { logistic, logOnePlusExp } from "../losses/logistic.js";

/** max(x, 0); the derivative at 0 is taken as 0, as PyTorch does. */
export function relu(): ElementwiseLayer {
  return leaky({ type: "relu" }, "relu", 0);
}

/** x for x > 0, slope·x otherwise. @throws ConfigError unless the slope is a finite number */
export function leakyRelu(slope = 0.01): ElementwiseLayer {
  checkNumber("leakyRelu", "slope", slope);
  return leaky({ type: "leakyRelu", slope }, `leakyRelu(${slope})`, slope);
}

/** Hyperbolic tangent. */
export function tanh(): ElementwiseLayer {
  return smooth(
    { type: "tanh" },
    "tanh",
    Math.tanh,
    (_x, y) => 1 - y * y,
    (_x, y) => -2 * y * (1 - y * y),
  );
}

/** 1 / (1 + e^(−x)). */
export function sigmoid(): ElementwiseLayer {
  return smooth(
    { type: "sigmoid" },
    "sigmoid",
    logistic,
    (_x, y) => y * (1 - y),
    (_x, y) => y * (1 - y) * (1 - 2 * y),
  );
}

/** log(1 + e^x). */
export function softplus(): ElementwiseLayer {
  return smooth(
    { type: "softplus" },
    "softplus",
    logOnePlusExp,
    logistic,
    (x) => logistic(x) * logistic(-x),
  );
}

/**
 * x for x > 0, scale·(e^x − 1) otherwise (Clevert et al. 2016).
 * @throws ConfigError unless the scale is a finite number
 */
export function elu(scale = 1): ElementwiseLayer {
  checkNumber("elu", "scale", scale);
  return smooth(
    { type: "elu", scale },
    `elu(${scale})`,
    (x) => (x > 0 ? x : scale * Math.expm1(x)),
    (x, y) => (x > 0 ? 1 : y + scale),
    (x, y) => (x > 0 ? 0 : y + scale),
  );
}

/** h + |h|: of half of the largest number it is the number, not ∞. */
const twice = (h: number): number => h + Math.abs(h);

function leaky(spec: BuiltSpec, name: string, slope: number): ElementwiseLayer {
  return built<ElementwiseLayer>(spec, {
    kind: "elementwise",
    name,
    slope,
    piecewiseLinear: true,
    outputShape: ([input]) => input,
    prepare: prepareElementwise,
    value(x, y, count) {
      // no branch on signs that cannot be predicted, which Math.max has
      if (slope === 0) for (let p = 0; p < count; p++) y[p] = twice(0.5 * x[p]);
      else for (let p = 0; p < count; p++) y[p] = x[p] > 0 ? x[p] : slope * x[p];
    },
    derivative(x, y, d, count) {
      // y ≥ 0 here: 0 stays 0, all else is 1
      if (slope === 0) for (let p = 0; p < count; p++) d[p] = Math.ceil(Math.min(y[p], 1));
      else for (let p = 0; p < count; p++) d[p] = x[p] > 0 ? 1 : slope;
    },
    secondDerivative(_x, _y, d, count) {
      d.fill(0, 0, count);
    },
  });
}

/**
 * A function of one entry of one's own: f, f′ and f″ of (x, y = f(x)). It works in this thread
 * alone, see `specOf`.
 * @param name  for people
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const sine = nn.elementwise("sine", Math.sin, Math.cos, (x, y) => -y);
 * console.log(nn.sequential([nn.dense(1, 2), sine]).parameterCount); // → 4
 * ```
 */
export function elementwise(
  name: string,
  f: (x: number) => number,
  first: (x: number, y: number) => number,
  second: (x: number, y: number) => number,
): ElementwiseLayer {
  takes("elementwise", {
    name: [name, text],
    f: [f, callable],
    first: [first, callable],
    second: [second, callable],
  });
  return ownFunction(name, { value: f, first, second });
}

const smooth = (
  spec: BuiltSpec,
  name: string,
  value: (x: number) => number,
  first: (x: number, y: number) => number,
  second: (x: number, y: number) => number,
): ElementwiseLayer => byEntry(spec, name, { value, first, second });

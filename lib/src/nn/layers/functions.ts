import { real } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { power as raised } from "../../core/power.js";
import { byEntry } from "./byEntry.js";
import type { ElementwiseLayer } from "./layer.js";
import { logistic } from "../losses/logistic.js";

export { gelu } from "./gelu.js";

/** x σ(x), also called swish (Elfwing et al. 2018). */
export function silu(): ElementwiseLayer {
  return byEntry({ type: "silu" }, "silu", {
    value: (x) => x * logistic(x),
    first(x) {
      const s = logistic(x);
      return s * (1 + x * (1 - s));
    },
    second(x) {
      const s = logistic(x);
      return s * (1 - s) * (2 + x * (1 - 2 * s));
    },
  });
}

/** λ times elu(α), with the two numbers of Klambauer et al. 2017. */
export function selu(): ElementwiseLayer {
  const [alpha, lambda] = [1.6732632423543772, 1.0507009873554805];
  return byEntry({ type: "selu" }, "selu", {
    value: (x) => lambda * (x > 0 ? x : alpha * Math.expm1(x)),
    first: (x) => lambda * (x > 0 ? 1 : alpha * Math.exp(x)),
    second: (x) => (x > 0 ? 0 : lambda * alpha * Math.exp(x)),
  });
}

/**
 * slope · x + shift, kept in [0, 1]. The defaults are PyTorch's, 1/6 and 1/2; ONNX and Keras 2 have
 * 0.2 and 0.5.
 */
export function hardSigmoid(slope: number = 1 / 6, shift = 0.5): ElementwiseLayer {
  takes("hardSigmoid", { slope: [slope, real], shift: [shift, real] });
  if (slope === 0) throw new ConfigError("hardSigmoid: the slope must not be 0.");
  return byEntry(
    { type: "hardSigmoid", slope, shift },
    "hardSigmoid",
    {
      value: (x) => Math.min(1, Math.max(0, slope * x + shift)),
      first: (x) => (slope * x + shift > 0 && slope * x + shift < 1 ? slope : 0),
    },
    [-shift / slope, (1 - shift) / slope],
  );
}

/** x times `hardSigmoid` with 1/6 and 1/2. */
export function hardSwish(): ElementwiseLayer {
  return byEntry(
    { type: "hardSwish" },
    "hardSwish",
    {
      value: (x) => (x <= -3 ? 0 : x >= 3 ? x : (x * (x + 3)) / 6),
      first: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
      second: (x) => (x <= -3 || x >= 3 ? 0 : 1 / 3),
    },
    [-3, 3],
  );
}

/**
 * Kept between two bounds.
 * @throws ConfigError unless low < high
 */
export function clip(low: number, high: number): ElementwiseLayer {
  takes("clip", { low: [low, real], high: [high, real] });
  if (!(low < high))
    throw new ConfigError(`clip: low must be less than high, got ${low}, ${high}.`);
  return byEntry(
    { type: "clip", low, high },
    `clip(${low}, ${high})`,
    {
      value: (x) => (x < low ? low : x > high ? high : x),
      first: (x) => (x < low || x > high ? 0 : 1),
    },
    [low, high],
  );
}

/** x^exponent, for x ≥ 0 if that is no whole number. */
export function power(exponent: number): ElementwiseLayer {
  takes("power", { exponent: [exponent, real] });
  const e = exponent;
  // a root has the slope 0 at 0, as √ has it in `mathFunction`
  const term = (factor: number, x: number, p: number): number =>
    factor === 0 || (x === 0 && e > 0 && p < 0) ? 0 : factor * raised(x, p);
  return byEntry({ type: "power", exponent }, `power(${exponent})`, {
    value: (x) => raised(x, e),
    first: (x) => term(e, x, e - 1),
    second: (x) => term(e * (e - 1), x, e - 2),
  });
}

/** factor · x + shift, the same for all entries. */
export function rescale(factor: number, shift = 0): ElementwiseLayer {
  takes("rescale", { factor: [factor, real], shift: [shift, real] });
  return byEntry(
    { type: "rescale", factor, ...(shift !== 0 && { shift }) },
    `rescale(${factor}, ${shift})`,
    { value: (x) => factor * x + shift, first: () => factor },
    [],
  );
}

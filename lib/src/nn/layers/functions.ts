import { optional, real, record, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { power as raised } from "../../core/power.js";
import { byEntry, type EntryFunction } from "./byEntry.js";
import { erf } from "./errorFunction.js";
import type { ElementwiseLayer } from "./layer.js";
import { logistic } from "../losses/logistic.js";

/** The normal distribution's density, and its integral. */
const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const cumulative = (x: number): number => 0.5 * (1 + erf(x * Math.SQRT1_2));

/**
 * x Φ(x), Φ the normal distribution's integral (Hendrycks and Gimpel 2016).
 * @param options.approximate  "tanh" takes x/2 (1 + tanh √(2/π) (x + 0.044715 x³)) (default "none")
 */
export function gelu(options: { readonly approximate?: "none" | "tanh" } = {}): ElementwiseLayer {
  takes("gelu", {
    options: [options, record({ approximate: optional(word(["none", "tanh"])) })],
  });
  const { approximate = "none" } = options;
  if (approximate === "tanh") return byEntry({ type: "gelu", approximate }, "gelu(tanh)", geluTanh);
  return byEntry({ type: "gelu" }, "gelu", {
    value: (x) => x * cumulative(x),
    first: (x) => cumulative(x) + x * density(x),
    second: (x) => (2 - x * x) * density(x),
  });
}

const ROOT = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;
const geluTanh: EntryFunction = {
  value: (x) => 0.5 * x * (1 + Math.tanh(ROOT * (x + CUBE * x * x * x))),
  first(x) {
    const t = Math.tanh(ROOT * (x + CUBE * x * x * x));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * ROOT * (1 + 3 * CUBE * x * x);
  },
  second(x) {
    const t = Math.tanh(ROOT * (x + CUBE * x * x * x));
    const inner = ROOT * (1 + 3 * CUBE * x * x);
    return (1 - t * t) * (inner + 0.5 * x * (ROOT * 6 * CUBE * x - 2 * t * inner * inner));
  },
};

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
  const term = (factor: number, x: number, p: number): number =>
    factor === 0 ? 0 : factor * raised(x, p);
  const e = exponent;
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

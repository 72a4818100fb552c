import type { Shape } from "../../core/tensor.js";
import { maximumAlong, meanAlong, sumAlong, type AlongOptions } from "./alongAxes.js";
import {
  expandLike,
  gatherAt,
  maximum,
  minimum,
  topK,
  where,
  type GatherAtOptions,
  type TopKOptions,
} from "./choices.js";
import { gelu } from "./gelu.js";
import { clip, hardSigmoid, hardSwish, power, rescale, selu, silu } from "./functions.js";
import { crop, expand, gather, pad, take, transpose } from "./gather.js";
import type { Layer } from "./layer.js";
import type { LayerRow, None } from "./layerRow.js";
import {
  integer,
  number,
  numbers,
  optional,
  sides,
  table,
  truth,
  whole,
  wholes,
  word,
} from "./layerSettings.js";
import type { Sides } from "./layerSpec.js";
import { mathFunction, mathFunctionNames, type MathFunctionName } from "./mathFunctions.js";
import { normalise, type NormaliseOptions } from "./normalise.js";
import { matmul, multiply, type MatmulOptions, type MultiplyOptions } from "./products.js";
import { scaling, type ScalingOptions } from "./scaling.js";
import { softmaxAlong } from "./softmaxAlong.js";
import { constant, parameter } from "./sources.js";

interface Along extends AlongOptions {
  readonly axes: Shape;
}

/** Settings of gathers, products, choices and all that are no layers of a plain network. */
export interface FurtherSettings {
  readonly gelu: {
    /** Default "none". */
    readonly approximate?: "none" | "tanh";
  };
  readonly silu: None;
  readonly selu: None;
  readonly hardSigmoid: { readonly slope: number; readonly shift: number };
  readonly hardSwish: None;
  readonly clip: { readonly low: number; readonly high: number };
  readonly power: { readonly exponent: number };
  readonly rescale: {
    readonly factor: number;
    /** Default 0. */
    readonly shift?: number;
  };
  readonly mathFunction: { readonly name: MathFunctionName };
  readonly transpose: { readonly axes: Shape };
  readonly crop: {
    readonly axis: number;
    readonly start: number;
    readonly count: number;
    /** Default 1. */
    readonly step?: number;
  };
  readonly take: { readonly axis: number; readonly places: readonly number[] };
  readonly expand: { readonly shape: Shape };
  readonly pad: {
    readonly padding: Sides;
    /** Default 0. */
    readonly constant?: number;
  };
  readonly gather: {
    readonly shape: Shape;
    readonly sources: readonly number[];
    /** Default 0. */
    readonly constant?: number;
  };
  readonly sumAlong: Along;
  readonly meanAlong: Along;
  readonly maximumAlong: Along;
  readonly multiply: MultiplyOptions;
  readonly matmul: MatmulOptions;
  readonly softmaxAlong: {
    readonly axis: number;
    /** Default false. */
    readonly log?: boolean;
  };
  readonly normalise: NormaliseOptions & { readonly axes: Shape };
  readonly scaling: ScalingOptions & { readonly features: number };
  readonly parameter: {
    readonly shape: Shape;
    /** Default 0. */
    readonly start?: number;
  };
  readonly constant: { readonly shape: Shape; readonly values: readonly number[] };
  readonly topK: TopKOptions & { readonly k: number };
  readonly gatherAt: GatherAtOptions;
  readonly expandLike: None;
  readonly where: None;
  readonly maximum: None;
  readonly minimum: None;
}

const plain = (build: () => Layer): LayerRow<None> => ({ settings: {}, build });
const along = (build: typeof sumAlong): LayerRow<Along> => ({
  settings: { axes: wholes, keep: optional(truth) },
  build: ({ axes, ...options }) => build(axes, options),
});
const signal = optional(whole);

/** Rows of `layerTypes`. */
export const furtherTypes: {
  readonly [T in keyof FurtherSettings]: LayerRow<FurtherSettings[T]>;
} = {
  gelu: { settings: { approximate: optional(word(["none", "tanh"])) }, build: gelu },
  silu: plain(silu),
  selu: plain(selu),
  hardSigmoid: {
    settings: { slope: number, shift: number },
    build: ({ slope, shift }) => hardSigmoid(slope, shift),
  },
  hardSwish: plain(hardSwish),
  clip: { settings: { low: number, high: number }, build: ({ low, high }) => clip(low, high) },
  power: { settings: { exponent: number }, build: ({ exponent }) => power(exponent) },
  rescale: {
    settings: { factor: number, shift: optional(number) },
    build: ({ factor, shift }) => rescale(factor, shift),
  },
  mathFunction: {
    settings: { name: word(mathFunctionNames) },
    build: ({ name }) => mathFunction(name),
  },
  transpose: { settings: { axes: wholes }, build: ({ axes }) => transpose(axes) },
  crop: {
    settings: { axis: whole, start: whole, count: whole, step: optional(integer) },
    build: ({ axis, start, count, step }) => crop(axis, start, count, step),
  },
  take: {
    settings: { axis: whole, places: table },
    build: ({ axis, places }) => take(axis, places),
  },
  expand: { settings: { shape: wholes }, build: ({ shape }) => expand(shape) },
  pad: {
    settings: { padding: sides, constant: optional(number) },
    build: ({ padding, constant: value }) => pad(padding, value),
  },
  gather: {
    settings: { shape: wholes, sources: table, constant: optional(number) },
    build: ({ shape, sources, constant: value }) => gather(shape, sources, value),
  },
  sumAlong: along(sumAlong),
  meanAlong: along(meanAlong),
  maximumAlong: along(maximumAlong),
  multiply: { settings: { signal }, build: multiply },
  matmul: {
    settings: { signal, transposeA: optional(truth), transposeB: optional(truth) },
    build: matmul,
  },
  softmaxAlong: {
    settings: { axis: whole, log: optional(truth) },
    build: ({ axis, ...options }) => softmaxAlong(axis, options),
  },
  normalise: {
    settings: { axes: wholes, epsilon: optional(number), centred: optional(truth) },
    build: ({ axes, ...options }) => normalise(axes, options),
  },
  scaling: {
    settings: {
      features: whole,
      axis: optional(whole),
      bias: optional(truth),
      start: optional(number),
      values: optional(numbers),
    },
    build: ({ features, ...options }) => scaling(features, options),
  },
  parameter: {
    settings: { shape: wholes, start: optional(number) },
    build: ({ shape, start }) => parameter(shape, start),
  },
  constant: {
    settings: { shape: wholes, values: numbers },
    build: ({ shape, values }) => constant(shape, values),
  },
  topK: {
    settings: {
      k: whole,
      axis: optional(whole),
      smallest: optional(truth),
      places: optional(truth),
      precision: optional(word(["float64", "float32"])),
    },
    build: ({ k, ...options }) => topK(k, options),
  },
  gatherAt: { settings: { axis: optional(whole), elements: optional(truth) }, build: gatherAt },
  expandLike: plain(expandLike),
  where: plain(where),
  maximum: plain(maximum),
  minimum: plain(minimum),
};

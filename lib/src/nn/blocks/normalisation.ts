import {
  count,
  nonNegative,
  numbers,
  optional,
  record,
  truth,
} from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { relu } from "../layers/activations.js";
import { rescale } from "../layers/functions.js";
import type { ScalingLayer } from "../layers/layer.js";
import { normalise } from "../layers/normalise.js";
import { scaling } from "../layers/scaling.js";
import { add } from "../layers/structure.js";
import type { Block } from "../network/graphParts.js";

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /** The axis that has the features, the first being 0 (default 0). */
  readonly axis?: number;
  /** Numbers of a trained network, one for each feature (default: none, it is to be trained). */
  readonly trained?: {
    readonly mean: readonly number[];
    readonly variance: readonly number[];
    /** γ (default 1). */
    readonly scale?: readonly number[];
    /** β (default 0). */
    readonly shift?: readonly number[];
  };
  /** Added to the variance (default 1e-5). */
  readonly epsilon?: number;
}

/**
 * Batch normalisation as it is when a network is used, y = γ (x − m) / √(v + ε) + β for each
 * feature: w x + b, since m and v are numbers then. With those of a trained network it is frozen
 * and has no parameters; without, w and b are parameters, from 1 and 0 on (Ioffe and Szegedy 2015).
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const frozen = nn.batchNorm(1, { trained: { mean: [2], variance: [4] }, epsilon: 0 });
 * console.log(nn.sequential([frozen]).parameterCount, frozen.spec?.values); // → 0 [ 0.5, -1 ]
 * ```
 */
export function batchNorm(features: number, options: BatchNormOptions = {}): ScalingLayer {
  const own = [numbers(0, Number.isSafeInteger(features) ? features : undefined)] as const;
  takes("batchNorm", {
    features: [features, count(1)],
    options: [
      options,
      record({
        axis: optional(count()),
        trained: optional(
          record({
            mean: own[0],
            variance: own[0],
            scale: optional(own[0]),
            shift: optional(own[0]),
          }),
        ),
        epsilon: optional(nonNegative),
      }),
    ],
  });
  const { axis = 0, trained, epsilon = 1e-5 } = options;
  if (!trained) return scaling(features, { axis });
  const { mean, variance, scale, shift } = trained;
  const w = mean.map((_, c) => (scale?.[c] ?? 1) / Math.sqrt(variance[c] + epsilon));
  const b = mean.map((own_, c) => (shift?.[c] ?? 0) - w[c] * own_);
  return scaling(features, { axis, values: [...w, ...b] });
}

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  /** The axis that has the features and is normalised, the first being 0 (default 0). */
  readonly axis?: number;
  /** Added to the variance (default 1e-5). */
  readonly epsilon?: number;
  /** Without the mean taken off it is RMSNorm, which has no shift (default true). */
  readonly centred?: boolean;
}

/** Layer normalisation with its scale and shift (Ba et al. 2016), of each object by itself. */
export function layerNorm(features: number, options: LayerNormOptions = {}): Block {
  takes("layerNorm", {
    features: [features, count(1)],
    options: [
      options,
      record({
        axis: optional(count()),
        epsilon: optional(nonNegative),
        centred: optional(truth),
      }),
    ],
  });
  const { axis = 0, centred = true, ...rest } = options;
  return {
    kind: "block",
    name: `layerNorm(${features})`,
    build: (then, _again, x) =>
      then(
        scaling(features, { axis, bias: centred }),
        then(normalise([axis], { ...rest, centred }), x),
      ),
  };
}

/**
 * x for x > 0 and a_c x otherwise, a slope for each feature along an axis, from 1/4 on (He et al.
 * 2015).
 * @param options.axis  that has the features, the first being 0 (default 0)
 */
export function prelu(features: number, options: { readonly axis?: number } = {}): Block {
  takes("prelu", {
    features: [features, count(1)],
    options: [options, record({ axis: optional(count()) })],
  });
  const { axis = 0 } = options;
  return {
    kind: "block",
    name: `prelu(${features})`,
    build(then, _again, x) {
      const minus = rescale(-1);
      const below = then(minus, then(relu(), then(minus, x)));
      const sloped = then(scaling(features, { axis, bias: false, start: 0.25 }), below);
      return then(add(), then(relu(), x), sloped);
    },
  };
}

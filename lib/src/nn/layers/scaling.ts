import { count, numbers, optional, real, record, truth } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { built } from "./builtLayer.js";
import type { ScalingLayer } from "./layer.js";
import { prepareScaling } from "./scalingStep.js";

/** Options of `scaling`. */
export interface ScalingOptions {
  /** The axis that has the features, the first being 0 (default 0). */
  readonly axis?: number;
  /** Whether there is a shift b (default true). */
  readonly bias?: boolean;
  /** What each w starts from (default 1). */
  readonly start?: number;
  /**
   * Given numbers in place of parameters, which nothing trains: w of each feature, then b if there
   * is one (default: they are parameters, from 1 and 0 on).
   */
  readonly values?: readonly number[];
}

/**
 * Each feature times a number of its own and shifted, y = w_c x + b_c, with c the place along one
 * axis: what a BatchNorm is once it is trained, and the end of a LayerNorm.
 */
export function scaling(features: number, options: ScalingOptions = {}): ScalingLayer {
  takes("scaling", {
    features: [features, count(1)],
    options: [
      options,
      record({
        axis: optional(count()),
        bias: optional(truth),
        start: optional(real),
        values: optional(numbers()),
      }),
    ],
  });
  const { axis = 0, bias = true, start = 1, values } = options;
  const name = `scaling(${features}${axis === 0 ? "" : `, axis ${axis}`}${values ? ", given" : ""})`;
  const given = values && Array.from(values);
  const wanted = features * (bias ? 2 : 1);
  if (given && given.length !== wanted)
    throw new ConfigError(`${name}: there must be ${wanted} values, got ${given.length}.`);
  const weight = { role: "weight", shape: [features], start } as const;
  const shift = { role: "bias", shape: [features] } as const;
  return built<ScalingLayer>(
    {
      type: "scaling",
      features,
      ...(axis > 0 && { axis }),
      ...(!bias && { bias }),
      ...(start !== 1 && { start }),
      ...(given && { values: given }),
    },
    {
      kind: "scaling",
      name,
      axis,
      ...(!given && { parameters: bias ? [weight, shift] : [weight] }),
      outputShape([input]) {
        if (input[axis] !== features)
          throw new ShapeError(
            `${name}: samples must have ${features} entries along axis ${axis}, got [${input}].`,
            { got: input },
          );
        return input;
      },
      prepare: prepareScaling(features, axis, bias, given && Float64Array.from(given)),
    },
  );
}

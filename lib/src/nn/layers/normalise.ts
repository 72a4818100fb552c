import { count, listOf, optional, positive, record, truth } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { built } from "./builtLayer.js";
import type { NormalisationLayer } from "./layer.js";
import { prepareNormalisation } from "./normaliseStep.js";

/** Options of `normalise`. */
export interface NormaliseOptions {
  /** Added to the variance (default 1e-5). */
  readonly epsilon?: number;
  /** Whether the mean is taken off; without it, x / √(⟨x²⟩ + ε) (default true). */
  readonly centred?: boolean;
}

/**
 * Each sample at mean 0 and variance 1 over some of its axes, y = (x − μ) / √(σ² + ε) with the
 * variance of all entries, not of all but one: what is in LayerNorm (Ba et al. 2016), RMSNorm
 * (Zhang and Sennrich 2019), InstanceNorm and, behind a reshape, GroupNorm, before their scale and
 * shift.
 * @param axes  of a sample, the first is 0
 */
export function normalise(
  axes: readonly number[],
  options: NormaliseOptions = {},
): NormalisationLayer {
  takes("normalise", {
    axes: [axes, listOf(count(), 1)],
    options: [options, record({ epsilon: optional(positive), centred: optional(truth) })],
  });
  const { epsilon = 1e-5, centred = true } = options;
  const own = [...axes];
  const name = `normalise(${own.join(", ")}${centred ? "" : ", not centred"})`;
  if (new Set(own).size < own.length)
    throw new ConfigError(`${name}: each axis must be there once.`);
  return built<NormalisationLayer>(
    { type: "normalise", axes: own, epsilon, ...(!centred && { centred }) },
    {
      kind: "normalisation",
      name,
      axes: own,
      centred,
      epsilon,
      outputShape([input]) {
        if (own.some((axis) => axis >= input.length))
          throw new ShapeError(`${name}: samples of shape [${input}] do not have these axes.`, {
            got: input,
          });
        return input;
      },
      prepare: prepareNormalisation,
    },
  );
}

import { oneOf } from "../../core/oneOf.js";
import type { RiskOptions } from "../losses/riskOptions.js";

/**
 * What belongs to the gradient of one sample.
 *
 * - "loss": its loss alone. The penalties belong to the risk and its Hessian: that is what
 *   influence has to be made of to be the
 *   derivative of retraining (`influence` has the algebra).
 * - "dawid2021": the penalties' gradient on top, l2 θ + l1 sign θ, in every sample, so that the
 *   mean of all is ∇ℜ. The toolbox of
 *   Dawid et al. 2021 has it so for training and test points alike.
 */
export type GradientConvention = "loss" | "dawid2021";

/** The risk that was minimised, and what is taken for the gradient of one sample of it. */
export interface GradientOptions extends RiskOptions {
  /** Default "loss". */
  readonly convention?: GradientConvention;
}

const conventions: readonly GradientConvention[] = ["loss", "dawid2021"];

/** The convention that holds, "loss" by default. @throws ConfigError for any other word */
export function conventionOf(
  { convention = "loss" }: Pick<GradientOptions, "convention">,
  caller: string,
): GradientConvention {
  return oneOf(convention, conventions, `${caller}: convention`);
}

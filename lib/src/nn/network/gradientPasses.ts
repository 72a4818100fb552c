import type { Shape } from "../../core/tensor.js";
import type { Evaluator } from "./evaluator.js";

/**
 * What outputs and parameter gradients need of an `Evaluator`; values in between may be left out.
 */
export type GradientEvaluator = Pick<
  Evaluator,
  "capacity" | "forward" | "backward" | "parameterGradient" | "parameterGradientRows"
> & {
  /** Shape of one output. */
  readonly outputShape: Shape;
  /**
   * [capacity, …outputShape] after `forward`, and ∂/∂output, filled by the caller before
   * `backward`.
   */
  readonly output: Float64Array;
  readonly outputGradient: Float64Array;
};

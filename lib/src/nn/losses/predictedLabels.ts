import { aLoss } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { optional, tensorOf } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import type { Tensor } from "../../core/tensor.js";
import { largestOutputs } from "./largestOutputs.js";
import type { Loss } from "./loss.js";

/**
 * The predicted label y′ of each row of outputs: [n].
 *
 * Classes have an output each, and the largest one counts; so without a loss. Of one output under a
 * sigmoid the label is 1 for yes.
 * @param loss  what was minimised; needed for one output, whose largest is always the same
 * @throws ConfigError if the outputs are values, or several answers of yes or no
 * @throws NumericalError if an output is NaN
 */
export function predictedLabels(z: Tensor, loss?: Loss): Int32Array {
  takes("predictedLabels", { z: [z, tensorOf(["n", "out"])], loss: [loss, optional(aLoss)] });
  const out = z.shape[1];
  if (loss && loss.output !== "softmax") {
    if (loss.output === "linear" || out !== 1) {
      const fact = loss.output === "linear" ? "values" : `${out} answers of yes or no each`;
      const cure = "Use loss.predictedTarget(z) for what is predicted";
      throw new ConfigError(
        `predictedLabels: the loss "${loss.name}" predicts ${fact}, no labels. ${cure}.`,
        { out },
      );
    }
    return Int32Array.from(loss.predictedTarget(z).data);
  }
  const labels = largestOutputs(z, "predictedLabels");
  if (out === 1) {
    throw new ConfigError(
      `predictedLabels: there is one output, of which none is the largest. ${GIVE_LOSS}`,
      { out },
    );
  }
  return labels;
}

/** The cure for one output. */
export const GIVE_LOSS = "Give the loss that was minimised as well, e.g. logisticLoss.";

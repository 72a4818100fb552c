import { oneHot } from "../../core/dataset.js";
import { ConfigError } from "../../core/errors.js";
import { labelCure } from "../../core/labelCure.js";
import { checkFinite, type Tensor } from "../../core/tensor.js";
import { checkTargetShape } from "./checkTargetShape.js";
import { largestOutputs } from "./largestOutputs.js";
import type { OutputReading } from "./loss.js";

/**
 * Outputs of which softmax makes the shares of classes. Predicted is the class of the largest
 * output, one-hot; targets are numbers t_j ≥ 0, one-hot or smeared, of at least two classes.
 */
export const softmaxOutput: OutputReading = {
  output: "softmax",
  predictedTarget(z) {
    checkClasses(z, "predictedTarget");
    return oneHot(largestOutputs(z, "predictedTarget"), z.shape[1]);
  },
  checkTargets(target, what) {
    checkTargetShape(target, what);
    checkClasses(target, what);
    checkFinite(target.data, `${what}: targets`);
    const wrong = target.data.findIndex((t) => t < 0);
    if (wrong < 0) return;
    const [sample, output] = [Math.floor(wrong / target.shape[1]), wrong % target.shape[1]];
    const fact = `the target of sample ${sample} at output ${output} is ${target.data[wrong]}`;
    const cure = `Give one-hot rows, or shares${labelCure(target.data, 2)}`;
    throw new ConfigError(`${what}: ${fact}; softmax takes numbers ≥ 0. ${cure}.`, {
      sample,
      output,
      value: target.data[wrong],
    });
  },
};

/** The softmax of one number is 1, whatever it is: no loss could learn from it. */
function checkClasses({ shape }: Tensor, what: string): void {
  if (shape[shape.length - 1] > 1) return;
  const cure =
    "Use logisticLoss with targets 0 and 1, or give the network an output for each class";
  throw new ConfigError(
    `${what}: there is one output, and the softmax of one is 1 for every input. ${cure}.`,
    { shape },
  );
}

import { ConfigError } from "../../core/errors.js";
import { labelCure } from "../../core/labelCure.js";
import { checkFinite, tensor } from "../../core/tensor.js";
import { checkTargetShape } from "./checkTargetShape.js";
import { checkOutputs } from "./largestOutputs.js";
import type { OutputReading } from "./loss.js";

/**
 * Outputs of which the sigmoid makes probabilities of yes, each for itself. Predicted is yes, 1,
 * where z > 0; targets lie between 0, no, and 1, yes.
 */
export const sigmoidOutput: OutputReading = {
  output: "sigmoid",
  predictedTarget(z) {
    checkOutputs(z, "predictedTarget");
    return tensor(
      z.shape,
      z.data.map((value) => (value > 0 ? 1 : 0)),
    );
  },
  checkTargets(target, what) {
    checkTargetShape(target, what);
    checkFinite(target.data, `${what}: targets`);
    const wrong = target.data.findIndex((t) => !(t >= 0 && t <= 1));
    if (wrong < 0) return;
    const [sample, output] = [Math.floor(wrong / target.shape[1]), wrong % target.shape[1]];
    const fact = `the target of sample ${sample} at output ${output} is ${target.data[wrong]}`;
    const cure = `Give 0 for no and 1 for yes${labelCure(target.data, 2)}`;
    throw new ConfigError(`${what}: ${fact}; a sigmoid takes numbers from 0 to 1. ${cure}.`, {
      sample,
      output,
      value: target.data[wrong],
    });
  },
};

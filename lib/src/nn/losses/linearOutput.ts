import { checkFinite, tensor } from "../../core/tensor.js";
import { checkTargetShape } from "./checkTargetShape.js";
import { checkOutputs } from "./largestOutputs.js";
import type { OutputReading } from "./loss.js";

/**
 * Outputs that are the predicted values themselves; targets are any finite numbers. A loss is
 * least, 0, at the value predicted.
 */
export const linearOutput: OutputReading = {
  output: "linear",
  predictedTarget(z) {
    checkOutputs(z, "predictedTarget");
    return tensor(z.shape, z.data.slice());
  },
  checkTargets(target, what) {
    checkTargetShape(target, what);
    checkFinite(target.data, `${what}: targets`);
  },
};

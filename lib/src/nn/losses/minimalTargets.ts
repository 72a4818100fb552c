import { oneHot } from "../../core/dataset.js";
import type { Tensor } from "../../core/tensor.js";
import type { Loss } from "./loss.js";
import { predictedLabels } from "./predictedLabels.js";

/**
 * Targets of the minimal loss: what is predicted, taken as true (Dawid et al. 2021, App. A), [n,
 * out]. What a user has who does not know the labels. Of a regression it is z itself, where the
 * loss is 0.
 * @param loss  what was minimised; without it outputs are those of classes, and one output is
 *          refused
 * @throws ConfigError for one output without a loss, NumericalError if an output is NaN
 */
export function minimalTargets(z: Tensor, loss?: Loss): Tensor {
  return loss ? loss.predictedTarget(z) : oneHot(predictedLabels(z), z.shape[1]);
}

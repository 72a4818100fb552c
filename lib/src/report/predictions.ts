import { row, tensor, type Tensor } from "../core/tensor.js";
import { largestOutputs } from "../nn/losses/largestOutputs.js";
import { logistic } from "../nn/losses/logistic.js";
import type { LossOutput } from "../nn/losses/loss.js";
import { softmax } from "../nn/losses/softmax.js";

/** What the outputs of one point predict. */
export interface Prediction {
  /** softmax or sigmoid of the outputs, if there is one. */
  readonly probability: readonly number[] | undefined;
  /**
   * The class; of one output under a sigmoid 1 for yes; of several an answer each; nothing beside
   * the outputs if they are values.
   */
  readonly predicted: number | readonly number[] | undefined;
}

/**
 * Predictions of outputs z [n, out], by what makes predictions of them.
 * @throws NumericalError if an output is NaN
 */
export function predictions(output: LossOutput, z: Tensor): Prediction[] {
  return { softmax: classes, sigmoid: answers, linear: values }[output](z);
}

function classes(z: Tensor): Prediction[] {
  const p = softmax(z);
  return Array.from(largestOutputs(z, "predictions"), (predicted, n) => ({
    probability: Array.from(row(p, n)),
    predicted,
  }));
}

function answers(z: Tensor): Prediction[] {
  const p = tensor(z.shape, z.data.map(logistic));
  return Array.from({ length: z.shape[0] }, (_, n) => {
    const yes = Array.from(row(z, n), (value) => (value > 0 ? 1 : 0));
    return { probability: Array.from(row(p, n)), predicted: yes.length === 1 ? yes[0] : yes };
  });
}

const values = (z: Tensor): Prediction[] =>
  Array.from({ length: z.shape[0] }, () => ({ probability: undefined, predicted: undefined }));

import { tensor, type Tensor } from "../../core/tensor.js";
import { logOnePlusExp } from "../../nn/losses/logistic.js";
import { logisticLoss } from "../../nn/losses/logisticLoss.js";
import type { Loss, LossOutput } from "../../nn/losses/loss.js";
import { meanSquaredError } from "../../nn/losses/meanSquaredError.js";
import { softmaxCrossEntropy } from "../../nn/losses/softmaxCrossEntropy.js";
import { responses } from "../../forest/ensemble/link.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";
import type { Prediction } from "../predictions.js";

/**
 * What trees predict:
 *
 * - "binary": the probability of yes,
 * - "classes": one probability for each class, of which one is true,
 * - "answers": one probability for each question,
 * - "values": numbers.
 */
export type TreeTask = "binary" | "classes" | "answers" | "values";

/** By the link; an identity with names of classes is a forest that puts out probabilities. */
export function taskOf(
  { link, outputs }: Pick<TreeEnsemble, "link" | "outputs">,
  classes: readonly string[] | undefined,
): TreeTask {
  if (link === "softmax") return "classes";
  if (link === "logistic" || link === "tanh") return outputs === 1 ? "binary" : "answers";
  if (link === "identity" && classes) return outputs === 1 ? "binary" : "classes";
  return "values";
}

/** The form that targets of a task have, as losses of networks say it. */
export const outputWords: Readonly<Record<TreeTask, LossOutput>> = {
  binary: "sigmoid",
  classes: "softmax",
  answers: "sigmoid",
  values: "linear",
};

/**
 * The loss whose targets a task takes; a column of labels for several answers is one of classes.
 * @param width  numbers that each target has
 */
export function targetLoss(task: TreeTask, width: number): Loss {
  if (task === "values") return meanSquaredError;
  if (task === "classes" || (task === "answers" && width === 1)) return softmaxCrossEntropy;
  return logisticLoss;
}

/** What margins say, both [n, outputs]. */
export interface TreeOutputs {
  readonly margin: Tensor;
  readonly response: Tensor;
}

export function outputsOf(
  { outputs, link, slope }: TreeEnsemble,
  margins: Float64Array,
): TreeOutputs {
  const shape = [margins.length / outputs, outputs];
  return {
    margin: tensor(shape, margins),
    response: tensor(shape, responses(margins, outputs, link, slope)),
  };
}

/**
 * Probabilities, [n, outputs]. What runs from −1 for no to 1 for yes, tanh and the votes of TMVA's
 * AdaBoost, is brought to 0 to 1.
 */
export const probabilities = (ensemble: TreeEnsemble, { data }: Tensor): Float64Array =>
  isSigned(ensemble) ? data.map((r) => (1 + r) / 2) : data;

const isSigned = ({ link, members }: TreeEnsemble): boolean =>
  link === "tanh" || (link === "identity" && members.some(({ value }) => value.some((v) => v < 0)));

/** What is predicted of each sample, as `predictions` gives it of networks. */
export function treePredictions(
  ensemble: TreeEnsemble,
  task: TreeTask,
  { response }: TreeOutputs,
): Prediction[] {
  const [n, outputs] = response.shape;
  if (task === "values")
    return Array.from({ length: n }, () => ({ probability: undefined, predicted: undefined }));
  const p = probabilities(ensemble, response);
  return Array.from({ length: n }, (_, s) => {
    const own = Array.from(p.subarray(s * outputs, (s + 1) * outputs));
    if (task === "classes") return { probability: own, predicted: own.indexOf(Math.max(...own)) };
    const yes = own.map((value) => (value > 0.5 ? 1 : 0));
    return { probability: own, predicted: task === "binary" ? yes[0] : yes };
  });
}

/** What the loss of a sample is called. */
export const lossWords = ({ link }: TreeEnsemble, task: TreeTask): string => {
  if (task === "values") return "squared error";
  return link === "identity" ? "Brier score" : "log loss";
};

/**
 * Loss of each sample, summed over outputs: the squared error of values, −log p of classes and
 * answers. Forests that put out probabilities themselves may say 0, whose logarithm there is not:
 * of them the Brier score Σ_k (p_k − t_k)².
 * @param target  [n, outputs]
 * @returns       [n]
 */
export function treeLosses(
  ensemble: TreeEnsemble,
  task: TreeTask,
  { margin, response }: TreeOutputs,
  target: Tensor,
): Float64Array {
  const [n, outputs] = target.shape;
  const p = task === "values" ? response.data : probabilities(ensemble, response);
  const slope = ensemble.slope * (ensemble.link === "tanh" ? 2 : 1);
  const squared = task === "values" || ensemble.link === "identity";
  const found = new Float64Array(n);
  for (let s = 0; s < n; s++) {
    for (let at = s * outputs; at < (s + 1) * outputs; at++) {
      const t = target.data[at];
      if (squared) found[s] += (p[at] - t) * (p[at] - t);
      else if (task === "classes") found[s] -= t === 0 ? 0 : t * logOf(p[at]);
      else found[s] += binaryLoss(slope * margin.data[at], t);
    }
  }
  return found;
}

/** Of a softmax that underflows. */
const logOf = (p: number): number => Math.log(Math.max(p, Number.MIN_VALUE));

/** −t log p − (1 − t) log(1 − p) with p = 1/(1 + e^−z), without overflow. */
const binaryLoss = (z: number, t: number): number => logOnePlusExp(z) - t * z;

import { optional, record, word } from "../core/arguments/kinds.js";
import { takes } from "../core/arguments/takes.js";
import { row, tensor, type Tensor } from "../core/tensor.js";
import { checkModelInputs } from "./ensemble/checkModelInputs.js";
import { isEnsemble, type TreeEnsemble } from "./ensemble/treeEnsemble.js";
import type { PredictOptions } from "./predict.js";
import { checkModel } from "./regressionData.js";
import { attribution, type TreeContributions } from "./shapley/attribution.js";
import { addSaabas } from "./shapley/saabas.js";
import { samplesOf } from "./shapley/samples.js";
import { treesOf, type RandomForest, type RegressionTree } from "./tree.js";

/** A prediction of a forest taken apart, Σ_i contribution_i + bias. */
export interface Contributions {
  /** Mean of the trees' roots, the same for all samples. */
  readonly bias: number;
  /** [n, features], in units of the target. */
  readonly contributions: Tensor;
  /** [n], the same numbers as those of `predict`. */
  readonly prediction: Float64Array;
}

/**
 * What each feature added to a prediction: on the way from root to leaf every step changes the mean
 * target, and the change belongs to the feature that the step asked for (Saabas 2014,
 * treeinterpreter). A forest's contributions are the mean over its trees.
 *
 *   prediction = bias + Σ_i contribution_i        Blücher et al. 2020, Eq. (D1)
 *
 * Trees of a file (`readForest`) may be boosted and of several outputs: of these too, to margins
 * (default), or to responses, for which contributions to margins are rescaled by the mean slope of
 * the link between bias and prediction.
 * @param x  [n, features]
 * @throws ShapeError for another number of features, NumericalError for NaN or ±∞ (of forests grown
 *   here), or where the file has no covers
 * @example
 * ```ts
 * import { core, forest } from "phaselens";
 * const x = core.tensor([40, 2], Array.from({ length: 80 }, (_, p) => (p % 2 ? 7 : p / 80)));
 * const target = x.data.filter((_, p) => p % 2 === 0).map((v) => (v < 0.5 ? 0 : 1));
 * const model = await forest.randomForest({ x, target }, { seed: 1, trees: 10, jobs: 1 });
 * const { contributions } = forest.contributions(model, core.tensor([1, 2], [0.9, 7]));
 * console.log(contributions.data[0] > 0.3, contributions.data[1]); // → true 0
 * ```
 */
export function contributions(model: RandomForest | RegressionTree, x: Tensor): Contributions;
export function contributions(
  model: TreeEnsemble,
  x: Tensor,
  options?: PredictOptions,
): TreeContributions;
export function contributions(
  model: RandomForest | RegressionTree | TreeEnsemble,
  x: Tensor,
  options: PredictOptions = {},
): Contributions | TreeContributions {
  checkModel(model, "contributions");
  const kinds = record({ output: optional(word(["margin", "response"])) });
  takes("contributions", { options: [options, kinds] });
  checkModelInputs(model, x, "contributions");
  if (!isEnsemble(model)) return ofForest(model, x);
  const { output = "margin" } = options;
  const samples = samplesOf(x);
  return attribution({ model, x, output, caller: "contributions" }, (tree, into) =>
    addSaabas(tree, samples, model.outputs, into, "contributions"),
  );
}

/** The same of a forest grown here, which knows the means of its nodes. */
function ofForest(model: RandomForest | RegressionTree, x: Tensor): Contributions {
  const trees = treesOf(model);
  const [n, features] = x.shape;
  const parts = tensor([n, features]);
  const prediction = new Float64Array(n);
  let bias = 0;
  for (const { feature, threshold, left, value } of trees) {
    bias += value[0];
    for (let k = 0; k < n; k++) {
      const sample = row(x, k);
      let node = 0;
      while (left[node] >= 0) {
        const asked = feature[node];
        const next = sample[asked] <= threshold[node] ? left[node] : left[node] + 1;
        parts.data[k * features + asked] += value[next] - value[node];
        node = next;
      }
      prediction[k] += value[node];
    }
  }
  for (let i = 0; i < parts.data.length; i++) parts.data[i] /= trees.length;
  return {
    bias: bias / trees.length,
    contributions: parts,
    prediction: prediction.map((sum) => sum / trees.length),
  };
}

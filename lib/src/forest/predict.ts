import { takes } from "../core/arguments/takes.js";
import { optional, record, word } from "../core/arguments/kinds.js";
import type { Tensor } from "../core/tensor.js";
import { responses } from "./ensemble/link.js";
import { margins } from "./ensemble/margins.js";
import { ensembleOf, type TreeModel } from "./ensemble/treeEnsemble.js";
import { checkModelInputs } from "./ensemble/checkModelInputs.js";
import { checkModel } from "./regressionData.js";
import type { RegressionTree } from "./tree.js";

/** The leaf that a sample falls into. @param sample  [features] */
export function leafOf({ feature, threshold, left }: RegressionTree, sample: Float64Array): number {
  let node = 0;
  while (left[node] >= 0)
    node = sample[feature[node]] <= threshold[node] ? left[node] : left[node] + 1;
  return node;
}

/** Options of `predict`. */
export interface PredictOptions {
  /** "margin": what the trees add up to. "response" (default): after the link, a probability. */
  readonly output?: "margin" | "response";
}

/**
 * Predictions of a tree, of the mean of a forest's trees, or of trees of a file (`readForest`).
 * Forests grown here have one output, whose margin is its response.
 * @param x  [n, features]; NaN is a missing value where the trees say where it goes
 * @returns  `[n, outputs]` row by row, so `[n]` of one output
 * @throws ShapeError for another number of features, NumericalError for NaN (and ±∞, of forests
 *   grown here)
 * @example
 * ```ts
 * import { core, forest } from "phaselens";
 * const x = core.tensor([4, 1], [1, 2, 3, 4]);
 * const grow = { seed: 1, bootstrap: false };
 * const model = await forest.randomForest({ x, target: [0, 0, 1, 1] }, grow);
 * console.log(Array.from(forest.predict(model, x, { output: "margin" }))); // → [ 0, 0, 1, 1 ]
 * ```
 */
export function predict(model: TreeModel, x: Tensor, options: PredictOptions = {}): Float64Array {
  checkModel(model, "predict");
  const kinds = record({ output: optional(word(["margin", "response"])) });
  takes("predict", { options: [options, kinds] });
  checkModelInputs(model, x, "predict");
  const ensemble = ensembleOf(model);
  const found = margins(ensemble, x.data, x.shape[0]);
  if (options.output === "margin") return found;
  return responses(found, ensemble.outputs, ensemble.link, ensemble.slope);
}

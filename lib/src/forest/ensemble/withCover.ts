import { tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Tensor } from "../../core/tensor.js";
import { checkModel } from "../regressionData.js";
import { checkModelInputs } from "./checkModelInputs.js";
import { leafAt } from "./decide.js";
import {
  ensembleOf,
  type DecisionTree,
  type TreeEnsemble,
  type TreeModel,
} from "./treeEnsemble.js";

/**
 * The same trees with the covers of samples of one's own: how many of them reach each node.
 * Contributions (Saabas) and path-dependent Shapley values weigh branches by covers, which ONNX and
 * TMVA do not keep; with the training data they are those of training.
 * @param x  [n, features]
 * @throws ShapeError for another number of features
 * @example
 * ```ts
 * import { core, forest } from "phaselens";
 * const x = core.tensor([4, 1], [1, 2, 3, 4]);
 * const grow = { seed: 1, trees: 1, bootstrap: false };
 * const model = await forest.randomForest({ x, target: [0, 0, 1, 1] }, grow);
 * const weighed = forest.withCover(model, core.tensor([3, 1], [1, 1, 4]));
 * console.log(forest.contributions(weighed, x).bias[0].toFixed(3)); // → 0.333
 * ```
 */
export function withCover(model: TreeModel, x: Tensor): TreeEnsemble {
  checkModel(model, "withCover");
  takes("withCover", { x: [x, tensorOf(["n", "features"], "any")] });
  checkModelInputs(model, x, "withCover");
  const ensemble = ensembleOf(model);
  const counted = (tree: DecisionTree): DecisionTree => {
    const cover = new Float64Array(tree.feature.length);
    for (let s = 0; s < x.shape[0]; s++) cover[leafAt(tree, x.data, s * ensemble.features)]++;
    for (let node = cover.length - 1; node >= 0; node--)
      if (tree.left[node] >= 0) cover[node] = cover[tree.left[node]] + cover[tree.right[node]];
    return { ...tree, cover };
  };
  return { ...ensemble, members: ensemble.members.map(counted) };
}

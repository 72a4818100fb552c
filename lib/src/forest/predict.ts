import { row, type Tensor } from "../core/tensor.js";
import { checkInputs, checkModel } from "./regressionData.js";
import { treesOf, type RandomForest, type RegressionTree } from "./tree.js";

/** The leaf that a sample falls into. @param sample  [features] */
export function leafOf({ feature, threshold, left }: RegressionTree, sample: Float64Array): number {
  let node = 0;
  while (left[node] >= 0)
    node = sample[feature[node]] <= threshold[node] ? left[node] : left[node] + 1;
  return node;
}

/**
 * Predictions of a tree, or the mean over a forest's trees.
 * @param x  [n, features]
 * @returns  [n], in units of the target
 * @throws ShapeError for another number of features, NumericalError for NaN or ±∞
 */
export function predict(model: RandomForest | RegressionTree, x: Tensor): Float64Array {
  checkModel(model, "predict");
  checkInputs(x, "predict", model.features);
  const trees = treesOf(model);
  const prediction = new Float64Array(x.shape[0]);
  for (const tree of trees) {
    for (let n = 0; n < prediction.length; n++)
      prediction[n] += tree.value[leafOf(tree, row(x, n))];
  }
  return prediction.map((sum) => sum / trees.length);
}

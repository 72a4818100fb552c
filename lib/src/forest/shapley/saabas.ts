import { leafAt } from "../ensemble/decide.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import type { Samples } from "./samples.js";
import { nodeMeans, pathsOf } from "./paths.js";

/**
 * Adds the contributions of Saabas (2014) of a tree to `into`, [n, outputs, features]: each step
 * from root to leaf changes the mean over the leaves below, and the change belongs to the feature
 * that the step asked for.
 */
export function addSaabas(
  tree: DecisionTree,
  { x, n, features }: Samples,
  outputs: number,
  into: Float64Array,
  caller: string,
): void {
  const means = nodeMeans(tree, caller);
  const { parent, feature } = pathsOf(tree);
  const { width, output } = tree;
  for (let s = 0; s < n; s++) {
    for (let node = leafAt(tree, x, s * features); node > 0; node = parent[node])
      for (let k = 0; k < width; k++) {
        const step = means[node * width + k] - means[parent[node] * width + k];
        into[(s * outputs + output + k) * features + feature[node]] += step;
      }
  }
}

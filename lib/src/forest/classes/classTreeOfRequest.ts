import type { ParallelTask } from "../../core/tasks/parallel.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { drawsOf, splitsRng, type SharedTrees } from "../grownTrees.js";
import { growClassTree, type ClassGrowth } from "./growClassTree.js";

/** What all trees of classes share. */
export interface SharedClassTrees extends SharedTrees {
  readonly splitting: SharedTrees["splitting"] & Pick<ClassGrowth, "classes" | "impurity">;
}

/** What `randomForest` of classes asks of a worker thread. */
export function classTreeOfRequest(tree: number, shared: SharedClassTrees): DecisionTree {
  const request = { ...shared, tree };
  const { columns, target, weights, splitting } = shared;
  const grow = { ...splitting, rng: splitsRng(request) };
  return growClassTree(columns, target, drawsOf(request), grow, weights);
}

/** The same for `parallelMap`. */
export const classTask: ParallelTask & {
  compute(tree: number, shared: SharedClassTrees): DecisionTree;
} = {
  module: import.meta.url,
  name: "classTreeOfRequest",
  compute: classTreeOfRequest,
};

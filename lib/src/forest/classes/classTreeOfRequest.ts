import type { ParallelTask } from "../../core/tasks/parallel.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { drawsOf, splitsRng, type TreeRequest } from "../grownTrees.js";
import { growClassTree, type ClassGrowth } from "./growClassTree.js";

/** One tree of classes. */
export interface ClassTreeRequest extends TreeRequest {
  readonly splitting: TreeRequest["splitting"] & Pick<ClassGrowth, "classes" | "impurity">;
}

/** What `randomForest` of classes asks of a worker thread. */
export function classTreeOfRequest(request: ClassTreeRequest): DecisionTree {
  const { columns, target, weights, splitting } = request;
  const grow = { ...splitting, rng: splitsRng(request) };
  return growClassTree(columns, target, drawsOf(request), grow, weights);
}

/** The same for `parallelMap`. */
export const classTask: ParallelTask & { compute(request: ClassTreeRequest): DecisionTree } = {
  module: import.meta.url,
  name: "classTreeOfRequest",
  compute: classTreeOfRequest,
};

import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { drawnSamples, grownLevels, type GrowOptions } from "../growTree.js";
import type { SortedColumns } from "../sortedColumns.js";
import { classNode, classSplit, type ClassNode, type Impurity } from "./classSplit.js";

/** What a tree of classes is grown by. */
export interface ClassGrowth extends GrowOptions {
  readonly impurity: Impurity;
  readonly classes: number;
}

/**
 * A classification tree in the common form: leaves hold the parts of the classes among their
 * training samples, covers the weights of these.
 * @param target  labels 0 … classes − 1, [samples]
 * @param counts   how often each sample was drawn, at least one of them at all: [samples]
 * @param weights  of the samples, > 0; undefined: 1 for all
 */
export function growClassTree(
  columns: SortedColumns,
  target: Float64Array,
  counts: Float64Array,
  options: ClassGrowth,
  weights?: Float64Array,
): DecisionTree {
  const { classes, impurity } = options;
  const data = drawnSamples(columns, target, counts, weights);
  const { nodes, feature, threshold, left } = grownLevels<ClassNode>(data, options, {
    nodeOf: (begin, end) => classNode(data, begin, end, classes),
    pure: ({ sums }) => sums.filter((sum) => sum > 0).length < 2,
    bestSplit: (node) => classSplit(data, node, impurity, options),
  });
  const value = new Float64Array(nodes.length * classes);
  nodes.forEach(({ sums, weight }, node) => {
    if (left[node] < 0)
      value.set(
        sums.map((sum) => sum / weight),
        node * classes,
      );
  });
  return {
    output: 0,
    width: classes,
    feature,
    threshold,
    asks: new Uint8Array(nodes.length),
    left,
    right: left.map((child) => (child < 0 ? -1 : child + 1)),
    missingLeft: new Uint8Array(nodes.length),
    value,
    cover: Float64Array.from(nodes, ({ weight }) => weight),
    sets: [],
  };
}

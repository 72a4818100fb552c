/**
 * A regression tree as flat arrays over its nodes, level by level from the root, node 0; so a
 * shallower tree is the beginning of a deeper one. The children of a node are `left` and `left +
 * 1`.
 */
export interface RegressionTree {
  /** Number of features of the inputs. */
  readonly features: number;
  /** Feature that a node asks for, −1 at a leaf. [nodes] */
  readonly feature: Int32Array;
  /** A sample with x[feature] ≤ threshold goes left; 0 at a leaf. [nodes] */
  readonly threshold: Float64Array;
  /** The left child, −1 at a leaf. [nodes] */
  readonly left: Int32Array;
  /** Mean target of the training samples that reached the node. [nodes] */
  readonly value: Float64Array;
  /** Number of these samples, each as often as it was drawn, times its weight. [nodes] */
  readonly samples: Float64Array;
}

/** Trees whose mean is the prediction. */
export interface RandomForest {
  readonly features: number;
  readonly trees: readonly RegressionTree[];
}

/** The trees of a forest, or the one. */
export function treesOf(model: RandomForest | RegressionTree): readonly RegressionTree[] {
  return "trees" in model ? model.trees : [model];
}

/** Levels below the root; 0 for a tree that is a leaf. */
export function treeDepth(tree: RegressionTree): number {
  const depth = new Int32Array(tree.left.length);
  for (let node = 0; node < depth.length; node++) {
    if (tree.left[node] >= 0) depth[tree.left[node]] = depth[tree.left[node] + 1] = depth[node] + 1;
  }
  return depth[depth.length - 1]; // the last node lies on the last level
}

/**
 * The upper levels of a tree. The same, number for number, as the tree grown with this `maxDepth`.
 * @param depth  levels below the root that stay
 */
export function truncatedTree(tree: RegressionTree, depth: number): RegressionTree {
  const level = new Int32Array(tree.left.length);
  let nodes = 0;
  for (; nodes < level.length && level[nodes] <= depth; nodes++) {
    if (tree.left[nodes] >= 0)
      level[tree.left[nodes]] = level[tree.left[nodes] + 1] = level[nodes] + 1;
  }
  const cut = (node: number): boolean => level[node] === depth;
  return {
    features: tree.features,
    feature: tree.feature.slice(0, nodes).map((feature, node) => (cut(node) ? -1 : feature)),
    threshold: tree.threshold.slice(0, nodes).map((threshold, node) => (cut(node) ? 0 : threshold)),
    left: tree.left.slice(0, nodes).map((left, node) => (cut(node) ? -1 : left)),
    value: tree.value.slice(0, nodes),
    samples: tree.samples.slice(0, nodes),
  };
}

import { NumericalError } from "../../core/errors.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";

/**
 * What the edges of a tree say, each named by the node that it leads to. A path from the root asks
 * for a feature once or more; the last of these edges stands for all of them.
 */
export interface Paths {
  /** The node an edge comes from, −1 of the root. [nodes] */
  readonly parent: Int32Array;
  /** Feature that an edge asks for, −1 of the root. [nodes] */
  readonly feature: Int32Array;
  /** The edge above that asks for the same feature, 0 (the root) if there is none. [nodes] */
  readonly before: Int32Array;
  /** Number of the feature among those of its path, in the order of their first edges. [nodes] */
  readonly slot: Int32Array;
  /** Different features from the root to a node. [nodes] */
  readonly distinct: Int32Array;
  /** The largest of these. */
  readonly most: number;
}

export function pathsOf(tree: DecisionTree): Paths {
  const nodes = tree.feature.length;
  const parent = new Int32Array(nodes).fill(-1);
  const feature = new Int32Array(nodes).fill(-1);
  const before = new Int32Array(nodes);
  const slot = new Int32Array(nodes);
  const distinct = new Int32Array(nodes);
  let most = 0;
  for (let node = 0; node < nodes; node++) {
    if (tree.left[node] < 0) continue;
    const asked = tree.feature[node];
    let above = node;
    while (above > 0 && feature[above] !== asked) above = parent[above];
    for (const child of [tree.left[node], tree.right[node]]) {
      parent[child] = node;
      feature[child] = asked;
      before[child] = above;
      slot[child] = above > 0 ? slot[above] : distinct[node];
      distinct[child] = distinct[node] + (above > 0 ? 0 : 1);
    }
    most = Math.max(most, distinct[tree.left[node]]);
  }
  return { parent, feature, before, slot, distinct, most };
}

/** The cover of a tree. @throws NumericalError where the file has none */
export function coverOf(tree: DecisionTree, caller: string): Float64Array {
  if (tree.cover) return tree.cover;
  const fact = "the file does not say how many training samples reached each node";
  const cure = "Count those of your data with forest.withCover(model, x), or give a background";
  throw new NumericalError(`${caller}: ${fact}. ${cure}.`);
}

/**
 * Which part of its parent's cover reaches each node. [nodes]
 *
 * A node that no training sample reached counts its children alike: their weights matter only to
 * samples that come there, and cancel in the sum of contributions.
 */
export function parts(tree: DecisionTree, caller: string): Float64Array {
  const cover = coverOf(tree, caller);
  const found = new Float64Array(cover.length).fill(1);
  for (let node = 0; node < cover.length; node++) {
    const [left, right] = [tree.left[node], tree.right[node]];
    if (left < 0) continue;
    const whole = cover[left] + cover[right];
    found[left] = whole > 0 ? cover[left] / whole : 0.5;
    found[right] = whole > 0 ? cover[right] / whole : 0.5;
  }
  return found;
}

/**
 * Mean of the leaves below each node, by cover: what a walk that stops there would say. [nodes,
 * width]
 */
export function nodeMeans(tree: DecisionTree, caller: string): Float64Array {
  const share = parts(tree, caller);
  const { left, right, value, width } = tree;
  const means = Float64Array.from(value);
  for (let node = left.length - 1; node >= 0; node--) {
    const [l, r] = [left[node], right[node]];
    for (let k = 0; l >= 0 && k < width; k++)
      means[node * width + k] = share[l] * means[l * width + k] + share[r] * means[r * width + k];
  }
  return means;
}

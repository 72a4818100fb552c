import { ASKS, type DecisionTree } from "./treeEnsemble.js";

/** LightGBM's bound of a zero, a number of single precision. */
const ZERO = Math.fround(1e-35);

/** Whether a sample with this value goes left at an inner node. */
export function goesLeft(tree: DecisionTree, node: number, x: number): boolean {
  const asks = tree.asks[node];
  if (x !== x) return tree.missingLeft[node] === 1;
  if (asks === ASKS.threshold) return x <= tree.threshold[node];
  if (asks === ASKS.category) return holds(tree.sets[tree.threshold[node]], x);
  return Math.abs(x) <= ZERO ? tree.missingLeft[node] === 1 : x <= tree.threshold[node];
}

/** Whether the whole part of a number is in an ascending list. */
function holds(set: Int32Array, x: number): boolean {
  if (x < 0) return false;
  const category = Math.trunc(x);
  let [low, high] = [0, set.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[middle] < category) low = middle + 1;
    else high = middle;
  }
  return low < set.length && set[low] === category;
}

/** The leaf that a sample falls into. @param x  samples [n, features], one after the other */
export function leafAt(tree: DecisionTree, x: Float64Array, from: number): number {
  const { feature, left, right } = tree;
  let node = 0;
  while (left[node] >= 0)
    node = goesLeft(tree, node, x[from + feature[node]]) ? left[node] : right[node];
  return node;
}

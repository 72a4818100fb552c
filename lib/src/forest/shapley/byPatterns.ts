import { goesLeft } from "../ensemble/decide.js";
import { ASKS, type DecisionTree } from "../ensemble/treeEnsemble.js";
import type { Paths } from "./paths.js";
import type { Samples } from "./samples.js";

/** Features of a path that fit into the bits of a whole number. */
export const MOST_BITS = 30;
/** Up to so many bits weights are found by their pattern as a place, not by a map. */
const PLACES = 12;

/** A leaf with the features of its path. */
export interface Leaf {
  readonly node: number;
  /** Feature of each slot. */
  readonly features: Int32Array;
}

/**
 * Weights of a leaf's value for the features of its path, by the pattern of conditions that a
 * sample meets; undefined if all are 0.
 */
export type WeightsOf = (leaf: Leaf, pattern: number) => Float64Array | undefined;

export function leavesOf({ left }: DecisionTree, paths: Paths): Leaf[] {
  const nodes = Array.from(left.keys()).filter((node) => left[node] < 0);
  return nodes.map((node) => {
    const features = new Int32Array(paths.distinct[node]);
    for (let edge = node; edge > 0; edge = paths.parent[edge])
      features[paths.slot[edge]] = paths.feature[edge];
    return { node, features };
  });
}

/**
 * Adds Σ_leaves v w(pattern) of a tree to `into`, [n, outputs, features]. Of a sample only matters
 * to a leaf which conditions of its path it meets, feature by feature: a pattern of bits. Weights
 * are computed once for each pattern that occurs.
 */
export function addByPatterns(
  tree: DecisionTree,
  paths: Paths,
  { x, n, features }: Samples,
  outputs: number,
  into: Float64Array,
  weightsOf: WeightsOf,
): void {
  const leaves = leavesOf(tree, paths);
  const bits = patternsOf(tree, paths, { x, n, features });
  const { width, value, output } = tree;
  const distinct = distinctIn(n, paths.most);
  for (const leaf of leaves) {
    const asked = leaf.features;
    const length = asked.length;
    const patterns = bits.subarray(leaf.node * n, (leaf.node + 1) * n);
    const { places, found } = distinct(patterns, length);
    const table = new Float64Array(found.length * length);
    found.forEach((pattern, place) => {
      const own = weightsOf(leaf, pattern);
      if (own) table.set(own, place * length);
    });
    for (let k = 0; k < width; k++) {
      const v = value[leaf.node * width + k];
      let row = (output + k) * features;
      for (let s = 0; s < n; s++, row += outputs * features) {
        const from = places[s] * length;
        for (let j = 0; j < length; j++) into[row + asked[j]] += v * table[from + j];
      }
    }
  }
}

/** Numbers the patterns of samples in the order in which they occur. */
function distinctIn(
  n: number,
  most: number,
): (patterns: Int32Array, length: number) => { places: Int32Array; found: number[] } {
  const seen = new Int32Array(2 ** Math.min(PLACES, most));
  const places = new Int32Array(n);
  return (patterns, length) => {
    const found: number[] = [];
    const more = new Map<number, number>();
    const few = length <= PLACES;
    if (few) seen.fill(0, 0, 2 ** length);
    for (let s = 0; s < n; s++) {
      const pattern = patterns[s];
      let place = few ? seen[pattern] : (more.get(pattern) ?? 0);
      if (place === 0) {
        place = found.push(pattern);
        if (few) seen[pattern] = place;
        else more.set(pattern, place);
      }
      places[s] = place - 1;
    }
    return { places, found };
  };
}

/** Which conditions each sample meets on the way to each node: [nodes, n]. */
export function patternsOf(
  tree: DecisionTree,
  { slot, before }: Paths,
  { x, n, features }: Samples,
): Int32Array {
  const { left, right, feature, threshold, asks, missingLeft } = tree;
  const bits = new Int32Array(left.length * n);
  for (let node = 0; node < left.length; node++) {
    const child = left[node];
    if (child < 0) continue;
    const own = 1 << slot[child];
    // the first edge of a feature is met unless it is failed; later ones can only fail
    const [set, clear] = before[child] === 0 ? [own, -1] : [0, ~own];
    const [from, l, r] = [node * n, child * n, right[node] * n];
    const [bound, asked, plain] = [threshold[node], feature[node], asks[node] === ASKS.threshold];
    const lost = missingLeft[node] === 1;
    for (let s = 0, at = asked; s < n; s++, at += features) {
      const v = x[at];
      const met = plain ? v <= bound || (lost && v !== v) : goesLeft(tree, node, v);
      const above = bits[from + s];
      const [yes, no] = [above | set, above & clear];
      bits[l + s] = met ? yes : no;
      bits[r + s] = met ? no : yes;
    }
  }
  return bits;
}

import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { addByPatterns, MOST_BITS, patternsOf } from "./byPatterns.js";
import { leafWeight } from "./leafWeight.js";
import type { Samples } from "./samples.js";
import { addPair } from "./pairwise.js";
import { pathsOf } from "./paths.js";

/**
 * Adds the mean over a background of the interventional Shapley values of a tree to `into`, [n,
 * outputs, features].
 *
 * Samples and background of one pattern of conditions are taken together (`addByPatterns`), so a
 * leaf costs the product of the numbers of patterns that occur, at most 2^m each, and not n times
 * the background.
 */
export function addInterventional(
  tree: DecisionTree,
  samples: Samples,
  background: Samples,
  outputs: number,
  into: Float64Array,
): void {
  const paths = pathsOf(tree);
  if (paths.most > MOST_BITS) return addAllPairs(tree, samples, background, outputs, into);
  const ground = patternsOf(tree, paths, background);
  let counted = -1;
  let counts = new Map<number, number>();
  addByPatterns(tree, paths, samples, outputs, into, ({ node, features }, pattern) => {
    if (counted !== node) {
      counts = countsOf(ground.subarray(node * background.n, (node + 1) * background.n));
      counted = node;
    }
    return weightsOf(pattern, counts, features.length, background.n);
  });
}

/** How often each number occurs. */
function countsOf(patterns: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const pattern of patterns) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  return counts;
}

/** Weights of a leaf's value for each feature of its path; undefined if all are 0. */
function weightsOf(
  own: number,
  counts: ReadonlyMap<number, number>,
  length: number,
  whole: number,
): Float64Array | undefined {
  const all = 2 ** length - 1;
  const found = new Float64Array(length);
  let any = false;
  for (const [theirs, count] of counts) {
    if ((own | theirs) !== all) continue; // some feature keeps both away
    const [mine, its] = [own & ~theirs, theirs & ~own];
    const [a, b] = [ones(mine), ones(its)];
    if (a + b === 0) continue;
    any = true;
    const [gain, loss] = [leafWeight(a, b), leafWeight(b, a)];
    for (let j = 0; j < length; j++) {
      if ((mine >> j) & 1) found[j] += (gain * count) / whole;
      else if ((its >> j) & 1) found[j] -= (loss * count) / whole;
    }
  }
  return any ? found : undefined;
}

function ones(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** The same sample by sample, for paths of more features than bits. */
function addAllPairs(
  tree: DecisionTree,
  { x, n, features }: Samples,
  background: Samples,
  outputs: number,
  into: Float64Array,
): void {
  const side = new Uint8Array(features);
  const sum = new Float64Array(outputs * features);
  for (let s = 0; s < n; s++) {
    sum.fill(0);
    const walk = { tree, x, from: s * features, z: background.x, side, into: sum, features };
    for (let b = 0; b < background.n; b++) addPair({ ...walk, other: b * features });
    const row = s * outputs * features;
    for (let k = 0; k < sum.length; k++) into[row + k] += sum[k] / background.n;
  }
}

import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { leafWeight } from "./leafWeight.js";
import { edgeStates } from "./pathDependent.js";
import type { Samples } from "./samples.js";
import { addPair } from "./pairwise.js";
import { pathsOf, type Paths } from "./paths.js";

/** Features of a path that fit into the bits of a whole number. */
const MOST_BITS = 30;

/**
 * Adds the mean over a background of the interventional Shapley values of a tree to `into`, [n,
 * outputs, features].
 *
 * Of a sample only matters to a leaf which conditions of its path it meets, feature by feature: a
 * pattern of bits. Samples and background of one pattern are taken together, so a leaf costs the
 * product of the numbers of patterns that occur, at most 2^m each, and not n times the background.
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
  const { n, features } = samples;
  const leaves = leavesOf(tree, paths);
  const ground = patternsOf(tree, paths, background, leaves.nodes);
  const own = patternsOf(tree, paths, samples, leaves.nodes);
  leaves.nodes.forEach((leaf, at) => {
    const counts = new Map<number, number>();
    for (let b = 0; b < background.n; b++) {
      const pattern = ground[at * background.n + b];
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
    }
    const asked = leaves.features[at];
    const known = new Map<number, Float64Array | undefined>();
    for (let s = 0; s < n; s++) {
      const pattern = own[at * n + s];
      let weights = known.get(pattern);
      if (weights === undefined && !known.has(pattern)) {
        weights = weightsOf(pattern, counts, asked.length, background.n);
        known.set(pattern, weights);
      }
      if (weights === undefined) continue;
      for (let k = 0; k < tree.width; k++) {
        const v = tree.value[leaf * tree.width + k];
        const row = (s * outputs + tree.output + k) * features;
        for (let j = 0; j < asked.length; j++) into[row + asked[j]] += v * weights[j];
      }
    }
  });
}

interface Leaves {
  readonly nodes: readonly number[];
  /** Features of the path to each leaf, by slot. */
  readonly features: readonly Int32Array[];
}

function leavesOf({ left }: DecisionTree, paths: Paths): Leaves {
  const nodes = Array.from(left.keys()).filter((node) => left[node] < 0);
  const features = nodes.map((leaf) => {
    const asked = new Int32Array(paths.distinct[leaf]);
    for (let node = leaf; node > 0; node = paths.parent[node])
      asked[paths.slot[node]] = paths.feature[node];
    return asked;
  });
  return { nodes, features };
}

/** Which conditions each sample meets on the way to each leaf: [leaves, n]. */
function patternsOf(
  tree: DecisionTree,
  { parent, before, slot }: Paths,
  { x, n, features }: Samples,
  leaves: readonly number[],
): Int32Array {
  const nodes = parent.length;
  const state = new Uint8Array(nodes);
  const bits = new Int32Array(nodes);
  const found = new Int32Array(leaves.length * n);
  for (let s = 0; s < n; s++) {
    edgeStates(tree, before, x, s * features, state);
    for (let node = 1; node < nodes; node++) {
      const own = 1 << slot[node];
      bits[node] = state[node] === 2 ? bits[parent[node]] | own : bits[parent[node]] & ~own;
    }
    for (let at = 0; at < leaves.length; at++) found[at * n + s] = bits[leaves[at]];
  }
  return found;
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

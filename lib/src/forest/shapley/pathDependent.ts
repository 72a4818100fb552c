import { goesLeft } from "../ensemble/decide.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import type { Samples } from "./samples.js";
import { addByPatterns, MOST_BITS } from "./byPatterns.js";
import { parts as partsOf, pathsOf, type Paths } from "./paths.js";
import { gaussLegendre } from "./quadrature.js";
import { pathTables, type PathTables } from "./pathTables.js";

/** States of all edges for a sample: see `PathTables`. */
export function edgeStates(
  tree: DecisionTree,
  before: Int32Array,
  x: Float64Array,
  from: number,
  state: Uint8Array,
): void {
  const { left, right, feature } = tree;
  state[0] = 2;
  for (let node = 0; node < left.length; node++) {
    const child = left[node];
    if (child < 0) continue;
    const other = right[node];
    if (state[before[child]] !== 2) {
      state[child] = state[other] = 0;
      continue;
    }
    const met = goesLeft(tree, node, x[from + feature[node]]) ? 2 : 1;
    state[child] = met;
    state[other] = 3 - met;
  }
}

/** From so many samples on, patterns of conditions come again. */
const MANY = 64;

/**
 * Adds the path-dependent Shapley values of a tree to `into`, [n, outputs, features]; see
 * `PathTables` for the equation. For many samples the integrals of a leaf are kept for each pattern
 * of conditions that occurs (Fast TreeSHAP, Yang 2021, keeps those of all); for few they are taken
 * along the edges of each sample.
 */
export function addPathDependent(
  tree: DecisionTree,
  samples: Samples,
  outputs: number,
  into: Float64Array,
  caller: string,
): void {
  const paths = pathsOf(tree);
  if (samples.n < MANY || paths.most > MOST_BITS)
    return addAlongEdges(tree, samples, outputs, into, caller);
  const share = partsOf(tree, caller);
  const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(paths.most / 2)));
  addByPatterns(tree, paths, samples, outputs, into, ({ node, features }, pattern) => {
    const part = partsOfLeaf(node, features.length, paths, share);
    const found = new Float64Array(part.length);
    const f = new Float64Array(part.length);
    for (let k = 0; k < points.length; k++) {
      const t = points[k];
      let product = weights[k];
      for (let j = 0; j < part.length; j++) {
        f[j] = t * ((pattern >> j) & 1) + (1 - t) * part[j];
        product *= f[j];
      }
      // a feature that neither sample nor training data meet keeps every share at 0
      if (product === 0) return undefined;
      for (let j = 0; j < part.length; j++)
        found[j] += (product / f[j]) * (((pattern >> j) & 1) - part[j]);
    }
    return found;
  });
}

/** p of each feature on the path to a leaf, by slot. */
function partsOfLeaf(
  leaf: number,
  length: number,
  paths: Paths,
  share: Float64Array,
): Float64Array {
  const part = new Float64Array(length).fill(1);
  for (let edge = leaf; edge > 0; edge = paths.parent[edge]) part[paths.slot[edge]] *= share[edge];
  return part;
}

/** The same sample by sample, along the edges of the tree. */
export function addAlongEdges(
  tree: DecisionTree,
  { x, n, features }: Samples,
  outputs: number,
  into: Float64Array,
  caller: string,
): void {
  const tables = pathTables(tree, caller);
  const { paths, points } = tables;
  const nodes = paths.parent.length;
  const state = new Uint8Array(nodes);
  const product = new Float64Array(nodes * points);
  const sum = new Float64Array(nodes * points);
  for (let s = 0; s < n; s++) {
    edgeStates(tree, paths.before, x, s * features, state);
    descend(tables, state, product);
    for (let k = 0; k < tree.width; k++) {
      const row = (s * outputs + tree.output + k) * features;
      ascend(tree, tables, k, state, product, sum, into, row);
    }
  }
}

/** Products of f from the root to each node, [nodes, points]. */
export function descend(
  { paths, points, step }: PathTables,
  state: Uint8Array,
  product: Float64Array,
): void {
  const { parent } = paths;
  for (let k = 0; k < points; k++) product[k] = 1;
  for (let node = 1; node < parent.length; node++) {
    const from = parent[node] * points;
    const at = node * points;
    const table = (node * 3 + state[node]) * points;
    for (let k = 0; k < points; k++) product[at + k] = product[from + k] * step[table + k];
  }
}

/** Sums of value · product over the leaves below each edge, and what they give its feature. */
function ascend(
  tree: DecisionTree,
  { paths, points, gain }: PathTables,
  output: number,
  state: Uint8Array,
  product: Float64Array,
  sum: Float64Array,
  into: Float64Array,
  row: number,
): void {
  const { parent, feature } = paths;
  const { left, value, width } = tree;
  sum.fill(0);
  for (let node = parent.length - 1; node > 0; node--) {
    const at = node * points;
    if (left[node] < 0) {
      const v = value[node * width + output];
      for (let k = 0; k < points; k++) sum[at + k] = v * product[at + k];
    }
    const to = parent[node] * points;
    const table = (node * 3 + state[node]) * points;
    let found = 0;
    for (let k = 0; k < points; k++) {
      found += gain[table + k] * sum[at + k];
      sum[to + k] += sum[at + k];
    }
    into[row + feature[node]] += found;
  }
}

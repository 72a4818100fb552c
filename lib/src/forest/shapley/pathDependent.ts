import { goesLeft } from "../ensemble/decide.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import type { Samples } from "./samples.js";
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

/**
 * Adds the path-dependent Shapley values of a tree to `into`, [n, outputs, features]; see
 * `PathTables` for the equation.
 */
export function addPathDependent(
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

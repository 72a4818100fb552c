import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { descend, edgeStates } from "./pathDependent.js";
import type { Samples } from "./samples.js";
import { pathTables } from "./pathTables.js";

/**
 * Adds half of the path-dependent Shapley interaction indices of a tree to `into`, [n, outputs,
 * features, features], off the diagonal:
 *
 *   Φ_ij = ½ Σ_leaves v (q_i − p_i)(q_j − p_j) ∫₀¹ Π_{l≠i,j} f_l(t) dt
 *
 * by the quadrature of `PathTables` (Lundberg et al. 2020, Eqs. 8–9; Owen's extension twice
 * differentiated).
 */
export function addInteractions(
  tree: DecisionTree,
  { x, n, features }: Samples,
  outputs: number,
  into: Float64Array,
  caller: string,
): void {
  const tables = pathTables(tree, caller);
  const { paths, points, ratio, weights } = tables;
  const { parent, before, feature } = paths;
  const nodes = parent.length;
  const state = new Uint8Array(nodes);
  const product = new Float64Array(nodes * points);
  const seen = new Uint8Array(nodes);
  const edges = new Int32Array(paths.most);
  const { left, value, width, output } = tree;
  for (let s = 0; s < n; s++) {
    edgeStates(tree, before, x, s * features, state);
    descend(tables, state, product);
    for (let leaf = 1; leaf < nodes; leaf++) {
      if (left[leaf] >= 0) continue;
      // the last edge of each feature on the path
      let count = 0;
      for (let node = leaf; node > 0; node = parent[node]) {
        if (seen[node] === 0) edges[count++] = node;
        seen[before[node]] = 1;
      }
      for (let node = leaf; node > 0; node = parent[node]) seen[node] = seen[before[node]] = 0;
      for (let a = 0; a < count; a++) {
        const first = (edges[a] * 3 + state[edges[a]]) * points;
        for (let b = a + 1; b < count; b++) {
          const second = (edges[b] * 3 + state[edges[b]]) * points;
          let found = 0;
          for (let k = 0; k < points; k++)
            found += weights[k] * product[leaf * points + k] * ratio[first + k] * ratio[second + k];
          const [i, j] = [feature[edges[a]], feature[edges[b]]];
          for (let k = 0; k < width; k++) {
            const half = (found * value[leaf * width + k]) / 2;
            const at = (s * outputs + output + k) * features;
            into[(at + i) * features + j] += half;
            into[(at + j) * features + i] += half;
          }
        }
      }
    }
  }
}

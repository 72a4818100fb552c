import { leafAt } from "./decide.js";
import type { TreeEnsemble } from "./treeEnsemble.js";

/** Margins of samples: [n, outputs], row by row. @param x  [n, features] */
export function margins(model: TreeEnsemble, x: Float64Array, n: number): Float64Array {
  const { features, outputs, members, aggregate, base } = model;
  const sums = new Float64Array(n * outputs);
  for (const tree of members) {
    const { output, width, value } = tree;
    for (let s = 0; s < n; s++) {
      const leaf = leafAt(tree, x, s * features) * width;
      for (let k = 0; k < width; k++) sums[s * outputs + output + k] += value[leaf + k];
    }
  }
  const scale = aggregate === "mean" ? members.length : 1;
  return sums.map((sum, at) => base[at % outputs] + sum / scale);
}

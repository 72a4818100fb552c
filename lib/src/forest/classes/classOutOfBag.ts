import { tensor, type Tensor } from "../../core/tensor.js";
import { bootstrapCounts } from "../bootstrapCounts.js";
import { leafAt } from "../ensemble/decide.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import type { CountedData } from "../regressionData.js";

/** Probabilities of training samples by those trees that were grown without them (Breiman 2001). */
export interface ClassOutOfBag {
  /** Samples with a weight that at least one tree has not seen, ascending. [m] */
  readonly rows: Int32Array;
  /** Mean over these trees, [m, classes]. */
  readonly probability: Tensor;
  /** Part of these samples, by their weights, whose most probable class is theirs. */
  readonly accuracy: number;
}

/** @returns undefined if every tree has seen all samples */
export function classOutOfBag(
  members: readonly DecisionTree[],
  { x, target, weights, rows: places }: CountedData,
  seed: number,
): ClassOutOfBag | undefined {
  const [n, features] = x.shape;
  const classes = members[0].width;
  const sums = new Float64Array(n * classes);
  const trees = new Int32Array(n);
  members.forEach((tree, t) => {
    const counts = bootstrapCounts(n, seed, t);
    for (let s = 0; s < n; s++) {
      if (counts[s] > 0) continue;
      const leaf = leafAt(tree, x.data, s * features) * classes;
      for (let k = 0; k < classes; k++) sums[s * classes + k] += tree.value[leaf + k];
      trees[s]++;
    }
  });
  const rows = Int32Array.from({ length: n }, (_, s) => s).filter((s) => trees[s] > 0);
  if (rows.length === 0) return undefined;
  const probability = tensor([rows.length, classes]);
  let [right, all] = [0, 0];
  rows.forEach((s, m) => {
    const own = sums.subarray(s * classes, (s + 1) * classes).map((sum) => sum / trees[s]);
    probability.data.set(own, m * classes);
    const weight = weights?.[s] ?? 1;
    all += weight;
    if (own.indexOf(Math.max(...own)) === target[s]) right += weight;
  });
  const shown = places ? rows.map((s) => places[s]) : rows;
  return { rows: shown, probability, accuracy: right / all };
}

import { row } from "../core/tensor.js";
import { bootstrapCounts } from "./bootstrapCounts.js";
import { leafOf } from "./predict.js";
import type { CountedData } from "./regressionData.js";
import type { RandomForest } from "./tree.js";

/** Predictions of training samples by those trees that were grown without them (Breiman 2001). */
export interface OutOfBag {
  /** Samples with a weight that at least one tree has not seen, ascending. [m] */
  readonly rows: Int32Array;
  /** Mean over these trees. [m] */
  readonly prediction: Float64Array;
  /**
   * Root of the mean squared error over these samples, by their weights, in units of the target.
   */
  readonly rmse: number;
}

/** @returns undefined if every tree has seen all samples */
export function outOfBag(
  forest: RandomForest,
  { x, target, weights, rows: places }: CountedData,
  seed: number,
): OutOfBag | undefined {
  const n = x.shape[0];
  const sum = new Float64Array(n);
  const trees = new Int32Array(n);
  forest.trees.forEach((tree, t) => {
    const counts = bootstrapCounts(n, seed, t);
    for (let k = 0; k < n; k++) {
      if (counts[k] > 0) continue;
      sum[k] += tree.value[leafOf(tree, row(x, k))];
      trees[k]++;
    }
  });
  const rows = Int32Array.from({ length: n }, (_, k) => k).filter((k) => trees[k] > 0);
  if (rows.length === 0) return undefined;
  const prediction = Float64Array.from(rows, (k) => sum[k] / trees[k]);
  let squares = 0;
  let all = 0;
  rows.forEach((k, m) => {
    const weight = weights ? weights[k] : 1;
    squares += weight * (prediction[m] - target[k]) ** 2;
    all += weight;
  });
  const shown = places ? rows.map((k) => places[k]) : rows;
  return { rows: shown, prediction, rmse: Math.sqrt(squares / all) };
}

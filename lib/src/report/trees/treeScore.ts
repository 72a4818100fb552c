import { auc } from "../../core/statistics/auc.js";
import { mean } from "../../core/statistics/statistics.js";
import type { Tensor } from "../../core/tensor.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";
import { lossWords, treeLosses, type TreeOutputs, type TreeTask } from "./treeTask.js";

/** How well a model does on all samples. */
export interface TreeScore {
  readonly name: string;
  readonly value: number;
  /** 1 where larger is better, −1 for losses. */
  readonly sign: 1 | -1;
}

/**
 * AUC of labels 0 and 1 where both are there, R² of values that differ, the mean loss otherwise.
 * @param target  [n, outputs]
 */
export function treeScore(
  ensemble: TreeEnsemble,
  task: TreeTask,
  outputs: TreeOutputs,
  target: Tensor,
): TreeScore {
  const { data } = target;
  if (task === "binary" && data.every((t) => t === 0 || t === 1) && data.some((t) => t !== data[0]))
    return { name: "AUC", value: auc(outputs.margin.data, data), sign: 1 };
  const losses = treeLosses(ensemble, task, outputs, target);
  const spread = task === "values" ? spreadOf(target) : 0;
  if (spread > 0) {
    const rest = losses.reduce((sum, loss) => sum + loss, 0);
    return { name: "R²", value: 1 - rest / spread, sign: 1 };
  }
  return { name: `mean ${lossWords(ensemble, task)}`, value: mean(losses), sign: -1 };
}

/** Σ (t − ⟨t⟩)² over samples and outputs. */
function spreadOf({ shape: [n, outputs], data }: Tensor): number {
  let sum = 0;
  for (let k = 0; k < outputs; k++) {
    const own = Array.from({ length: n }, (_, s) => data[s * outputs + k]);
    const middle = mean(own);
    for (const t of own) sum += (t - middle) * (t - middle);
  }
  return sum;
}

import { auc } from "../../core/statistics/auc.js";
import { mean } from "../../core/statistics/statistics.js";
import type { Tensor } from "../../core/tensor.js";
import type { LossOutput } from "../../nn/losses/loss.js";
import type { ScoreAnswer } from "./document.js";

/**
 * How well a model does: AUC of labels 0 and 1 where both are there, R² of values that differ, the
 * mean loss otherwise.
 * @param outputs  [n, out]
 * @param target   [n, out]
 * @param losses   [n]
 */
export function scoreOf(
  output: LossOutput,
  loss: string,
  outputs: Tensor,
  target: Tensor,
  losses: ArrayLike<number>,
): ScoreAnswer {
  const { data } = target;
  const [n, out] = target.shape;
  const both = data.some((t) => t !== data[0]) && data.every((t) => t === 0 || t === 1);
  if (output === "sigmoid" && out === 1 && both)
    return { name: "AUC", value: auc(outputs.data, data), sign: 1 };
  if (output === "softmax" && out === 2 && both) {
    const margin = Float64Array.from(
      { length: n },
      (_, t) => outputs.data[2 * t + 1] - outputs.data[2 * t],
    );
    const label = Float64Array.from({ length: n }, (_, t) => data[2 * t + 1]);
    if (label.some((t) => t !== label[0]))
      return { name: "AUC", value: auc(margin, label), sign: 1 };
  }
  const spread = output === "linear" ? spreadOf(target) : 0;
  if (spread > 0) {
    let rest = 0;
    for (let p = 0; p < data.length; p++) rest += (outputs.data[p] - data[p]) ** 2;
    return { name: "R²", value: 1 - rest / spread, sign: 1 };
  }
  return { name: `mean ${loss}`, value: mean(losses), sign: -1 };
}

/** Σ (t − ⟨t⟩)² over samples and outputs. */
function spreadOf({ shape: [n, out], data }: Tensor): number {
  let sum = 0;
  for (let k = 0; k < out; k++) {
    let middle = 0;
    for (let t = 0; t < n; t++) middle += data[t * out + k] / n;
    for (let t = 0; t < n; t++) sum += (data[t * out + k] - middle) ** 2;
  }
  return sum;
}

import { takes } from "../arguments/takes.js";
import { list, numbers } from "../arguments/kinds.js";
import { ConfigError, ShapeError } from "../errors.js";
import { ranks } from "./statistics.js";

/**
 * Area under the ROC curve: the chance that a positive sample scores higher than a negative one,
 * ties counted as half (Mann–Whitney). 1 if every positive scores above every negative, ½ if the
 * score says nothing.
 *
 *   AUC = (Σ_positive rank − n₊(n₊ + 1)/2) / (n₊ n₋)
 *
 * @param scores    [n], finite
 * @param positive  [n], true or 1 for positive samples
 * @throws ShapeError if the lengths differ, ConfigError if all samples are of one kind,
 *   NumericalError for NaN or ±∞
 * @example
 * ```ts
 * import { core } from "phaselens";
 * console.log(core.auc([0.9, 0.6, 0.7, 0.1], [true, true, false, false])); // → 0.75
 * ```
 */
export function auc(scores: ArrayLike<number>, positive: ArrayLike<boolean | number>): number {
  takes("auc", { scores: [scores, numbers()], positive: [positive, list] });
  if (scores.length !== positive.length) {
    throw new ShapeError(
      `auc: ${scores.length} scores, but ${positive.length} samples said positive or not; they must come in pairs.`,
    );
  }
  for (let n = 0; n < positive.length; n++) {
    if (Number(positive[n]) !== 0 && Number(positive[n]) !== 1) {
      throw new ConfigError(
        `auc: sample ${n} is said to be ${String(positive[n])}; give true or 1 for positive samples, false or 0 for the others.`,
        { index: n },
      );
    }
  }
  const order = ranks(scores);
  let positives = 0;
  let sum = 0;
  for (let n = 0; n < order.length; n++) {
    if (!positive[n]) continue;
    positives++;
    sum += order[n];
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new ConfigError(
      `auc: ${positives} positive and ${negatives} negative samples; both kinds are needed.`,
      { positives, negatives },
    );
  }
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

import { takes } from "../arguments/takes.js";
import { list, numbers, optional } from "../arguments/kinds.js";
import { ConfigError, ShapeError } from "../errors.js";
import { checkWeights, sumOf } from "../weights.js";
import { ranks } from "./statistics.js";

/**
 * Area under the ROC curve: the chance that a positive sample scores higher than a negative one,
 * ties counted as half (Mann–Whitney). 1 if every positive scores above every negative, ½ if the
 * score says nothing.
 *
 *   AUC = (Σ_positive rank − n₊(n₊ + 1)/2) / (n₊ n₋)
 *
 * With weights a pair counts w₊ w₋: AUC = Σ w₊ w₋ [s₊ > s₋] / (Σ w₊ Σ w₋). Negative weights are
 * allowed as long as both sums are positive; few events may then give values outside [0, 1].
 *
 * @param scores    [n], finite
 * @param positive  [n], true or 1 for positive samples
 * @param weights   [n], of the samples (default: all alike)
 * @throws ShapeError if the lengths differ, ConfigError if all samples are of one kind or the
 *   weights of one have no positive sum, NumericalError for NaN or ±∞
 * @example
 * ```ts
 * import { core } from "phaselens";
 * console.log(core.auc([0.9, 0.6, 0.7, 0.1], [true, true, false, false])); // → 0.75
 * ```
 */
export function auc(
  scores: ArrayLike<number>,
  positive: ArrayLike<boolean | number>,
  weights?: ArrayLike<number>,
): number {
  takes("auc", {
    scores: [scores, numbers()],
    positive: [positive, list],
    weights: [weights, optional(numbers())],
  });
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
  if (weights !== undefined) return weightedAuc(scores, positive, weights);
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

function weightedAuc(
  scores: ArrayLike<number>,
  positive: ArrayLike<boolean | number>,
  weights: ArrayLike<number>,
): number {
  checkKinds(positive, weights, "auc");
  const order = Array.from({ length: scores.length }, (_, n) => n)
    .filter((n) => weights[n] !== 0)
    .sort((a, b) => scores[a] - scores[b]);
  const own = order.map((n) => weights[n]);
  if (own.every((weight) => weight === own[0]))
    return auc(
      order.map((n) => scores[n]),
      order.map((n) => positive[n]),
    );
  return aucOfSorted(
    order.map((n) => scores[n]),
    order.map((n) => Boolean(positive[n])),
    own,
  );
}

/**
 * Σ w₊ w₋ ([s₊ > s₋] + ½ [s₊ = s₋]) / (Σ w₊ Σ w₋) of samples in ascending order of their scores.
 */
export function aucOfSorted(
  scores: ArrayLike<number>,
  positive: ArrayLike<boolean>,
  weights: ArrayLike<number>,
): number {
  let [below, all, sum] = [0, 0, 0];
  for (let k = 0; k < scores.length;) {
    let [up, down] = [0, 0];
    for (const score = scores[k]; k < scores.length && scores[k] === score; k++) {
      if (positive[k]) up += weights[k];
      else down += weights[k];
    }
    sum += up * (below + down / 2);
    below += down;
    all += up;
  }
  return sum / (all * below);
}

/**
 * Refuses weights of which one kind of samples has no positive sum.
 * @throws ShapeError, NumericalError, ConfigError
 */
export function checkKinds(
  positive: ArrayLike<boolean | number>,
  weights: ArrayLike<number>,
  what: string,
): void {
  checkWeights(weights, positive.length, what);
  for (const [kind, words] of [
    [true, "positive"],
    [false, "negative"],
  ] as const) {
    const own = Array.from(weights).filter((_, n) => Boolean(positive[n]) === kind);
    const sum = sumOf(own);
    if (sum > 0) continue;
    throw new ConfigError(
      `${what}: the weights of the ${own.length} ${words} samples sum to ${sum}; both kinds need a positive sum. Give more samples.`,
      { sum },
    );
  }
}

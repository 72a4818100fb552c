import { takes } from "../core/arguments/takes.js";
import {
  count,
  fraction,
  listOf,
  numbers,
  optional,
  record,
  stream,
} from "../core/arguments/kinds.js";
import { auc, aucOfSorted, checkKinds } from "../core/statistics/auc.js";
import { ShapeError } from "../core/errors.js";
import type { Rng } from "../core/random/rng.js";
import { mean } from "../core/statistics/statistics.js";

/**
 * A ROC curve: the share of signal that passes each threshold, and of background that does; from
 * (0, 0) to (1, 1).
 */
export interface RocCurve {
  /** Score ≥ threshold passes; +∞ first, then falling. */
  readonly thresholds: Float64Array;
  readonly signalEfficiency: Float64Array;
  readonly backgroundEfficiency: Float64Array;
}

/**
 * One point for each score that occurs; shares are those of the weights, where samples have any.
 * @param weights  [n], of the samples (default: all alike). Negative ones may make the curve fall
 * @throws as `core.auc`
 */
export function rocCurve(
  scores: ArrayLike<number>,
  positive: ArrayLike<boolean | number>,
  weights?: ArrayLike<number>,
): RocCurve {
  auc(scores, positive, weights); // refuses what makes no sense
  const order = Array.from({ length: scores.length }, (_, n) => n)
    .filter((n) => weights?.[n] !== 0)
    .sort((a, b) => scores[b] - scores[a]);
  const [thresholds, signal, background] = [[Infinity], [0], [0]];
  let [passed, wrongly] = [0, 0];
  order.forEach((n, k) => {
    const weight = weights ? weights[n] : 1;
    if (positive[n]) passed += weight;
    else wrongly += weight;
    if (k + 1 < order.length && scores[order[k + 1]] === scores[n]) return;
    thresholds.push(scores[n]);
    signal.push(passed);
    background.push(wrongly);
  });
  return {
    thresholds: Float64Array.from(thresholds),
    signalEfficiency: Float64Array.from(signal, (count) => count / passed),
    backgroundEfficiency: Float64Array.from(background, (count) => count / wrongly),
  };
}

/** Background efficiency where the signal efficiency first reaches `at`. */
export function backgroundAt(curve: RocCurve, at: number): number {
  const efficiencies = listOf(fraction, 2);
  takes("backgroundAt", {
    curve: [
      curve,
      record(
        { signalEfficiency: efficiencies, backgroundEfficiency: efficiencies },
        "a curve of taggers.rocCurve",
      ),
    ],
    at: [at, fraction],
  });
  const { signalEfficiency, backgroundEfficiency } = curve;
  const points = signalEfficiency.length;
  if (backgroundEfficiency.length !== points || signalEfficiency[points - 1] !== 1)
    throw new ShapeError(
      `backgroundAt: the curve has ${points} and ${backgroundEfficiency.length} points and ends at a signal efficiency of ${signalEfficiency[points - 1]}; it must have as many of both and end at 1.`,
    );
  return backgroundEfficiency[signalEfficiency.findIndex((value) => value >= at)];
}

/** An AUC and its standard error. */
export interface AucEstimate {
  readonly auc: number;
  readonly error: number;
}

/**
 * AUC with its bootstrap error: signal and background are drawn again, each from its own, so that
 * no draw lacks one of them.
 * @param options.rng         where the draws come from
 * @param options.bootstraps  number of bootstrap samples (default 200)
 * @param options.weights     of the samples, which are drawn all alike, each with its weight
 *   (default: all alike)
 * @throws as `core.auc`, ConfigError for fewer than two bootstraps, or negative weights of which a
 *   bootstrap draws too many
 */
export function aucWithError(
  scores: ArrayLike<number>,
  positive: ArrayLike<boolean | number>,
  options: {
    readonly rng: Rng;
    readonly bootstraps?: number;
    readonly weights?: ArrayLike<number>;
  },
): AucEstimate {
  takes("aucWithError", {
    options: [
      options,
      record({ rng: stream, bootstraps: optional(count(2)), weights: optional(numbers()) }),
    ],
  });
  const { rng, bootstraps = 200, weights } = options;
  const value = auc(scores, positive, weights);
  // Only ranks matter: with samples in ascending order, a draw is how often each is taken
  const order = Array.from({ length: scores.length }, (_, n) => n)
    .filter((n) => weights?.[n] !== 0)
    .sort((a, b) => scores[a] - scores[b]);
  const sorted = order.map((n) => scores[n]);
  const above = order.map((n) => Boolean(positive[n]));
  const own = weights && order.map((n) => weights[n]);
  const kinds = [true, false].map((kind) =>
    order.flatMap((n, k) => (Boolean(positive[n]) === kind ? [k] : [])),
  );
  const times = new Float64Array(order.length);
  const values = Float64Array.from({ length: bootstraps }, (_, b) => {
    const stream = rng.fork(`bootstrap ${b}`);
    times.fill(0);
    for (const members of kinds)
      for (let m = 0; m < members.length; m++) times[members[stream.integer(members.length)]]++;
    if (own) {
      own.forEach((weight, k) => (times[k] *= weight));
      checkKinds(above, times, `aucWithError: bootstrap ${b}`);
    }
    return aucOfSorted(sorted, above, times);
  });
  const centre = mean(values);
  return {
    auc: value,
    error: Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (bootstraps - 1)),
  };
}

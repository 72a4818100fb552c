import type { LongRun } from "../../core/tasks/longRun.js";
import { mean, variance } from "../../core/statistics/statistics.js";
import { featureFlipping, type FlippingCurve } from "../../lrp/faithfulness/featureFlipping.js";
import { takeRows } from "../../core/tensor.js";
import { readable } from "../number.js";
import type { FaithfulnessAnswer } from "./document.js";
import type { NetworkContext } from "./networkContext.js";
import type { SampledRelevance } from "./sampledRelevance.js";
import { evenly } from "./trust.js";

/** Points whose entries are taken away. */
const POINTS = 100;

/**
 * Whether the method finds what the output rests on: the output while entries are replaced by the
 * baseline, the most relevant first, the least relevant first, and in random order.
 */
export async function faithfulnessAnswer(
  { question, rng, method }: NetworkContext,
  { x, relevance, coefficients }: SampledRelevance,
  run: LongRun,
): Promise<FaithfulnessAnswer> {
  const { network, theta } = question.model;
  const some = evenly(x.shape[0], POINTS);
  const count = some.length;
  const [points, shares, c] = [x, relevance, coefficients].map((own) => takeRows(own, some));
  const random = rng.fork("faithfulness");
  const orders = ["descending", "ascending", { random }] as const;
  const curves: FlippingCurve[] = [];
  for (const order of orders) {
    const options = { coefficients: c, order };
    curves.push(featureFlipping(network, theta, points, shares, options));
    run.tick(curves.length, orders.length, "faithfulness");
    await run.pause();
  }
  const [descending, ascending, at] = curves;
  const gains = at.areas.map((area, t) => area - descending.areas[t]);
  const gain = mean(gains);
  const gainError = count > 1 ? Math.sqrt(variance(gains) / count) : 0;
  return {
    words: flippingWords(method.words, gain, gainError),
    points: count,
    reference: "zeros, in the units that the model reads",
    fraction: Array.from(descending.fraction),
    descending: Array.from(descending.score),
    ascending: Array.from(ascending.score),
    random: Array.from(at.score),
    gain,
    gainError,
  };
}

/** Standard errors that a gain must be away from 0. */
const SIGNIFICANT = 2;

/** What a gain means. */
export function flippingWords(method: string, gain: number, error: number): string {
  const numbers = `${readable(gain)} ± ${readable(error)} less area under the curve than in random order`;
  if (gain > SIGNIFICANT * error)
    return `The output falls faster when the entries go that the method calls most relevant: ${numbers}. ${method} finds what the output rests on.`;
  if (gain < -SIGNIFICANT * error)
    return `The output falls more slowly than in random order: ${numbers}. The method does not find what the output rests on; take another.`;
  return `No better than random order: ${numbers}. Take another method, or do not rely on single entries.`;
}

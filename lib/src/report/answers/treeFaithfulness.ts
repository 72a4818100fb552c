import type { LongRun } from "../../core/tasks/longRun.js";
import { mean, median, variance } from "../../core/statistics/statistics.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import { margins } from "../../forest/ensemble/margins.js";
import { flippingWords } from "./faithfulnessAnswer.js";
import type { FaithfulnessAnswer } from "./document.js";
import type { TreeContext } from "./treeContext.js";

/** Points whose features are taken away, and points of the curve. */
const POINTS = 100;
const STEPS = 20;

/**
 * The margin of the explained output while features are replaced by their medians: those of the
 * largest contribution first, the smallest first, and in random order.
 */
export async function treeFaithfulness(
  { question, rng }: TreeContext,
  places: readonly number[],
  phi: Tensor,
  run: LongRun,
): Promise<FaithfulnessAnswer> {
  const { ensemble, x, method } = question;
  const { features } = ensemble;
  const medians = Float64Array.from({ length: features }, (_, k) => {
    const own = Array.from({ length: x.shape[0] }, (_, s) => x.data[s * features + k]);
    const known = own.filter((value) => !Number.isNaN(value));
    return known.length > 0 ? median(known) : NaN;
  });
  const steps = Math.min(STEPS, features);
  const fraction = Array.from({ length: steps + 1 }, (_, k) => Math.round((k * features) / steps));
  const random = rng.fork("faithfulness");
  const some = places.slice(0, POINTS).map((place, s) => ({ place, own: row(phi, s), s }));
  const curves = { descending: [], ascending: [], random: [] } as Record<string, Float64Array[]>;
  for (const { place, own, s } of some) {
    const down = Array.from(own.keys()).sort((a, b) => own[b] - own[a] || a - b);
    const orders: Record<string, ArrayLike<number>> = {
      descending: down,
      ascending: [...down].reverse(),
      random: random.fork(`point ${s}`).permutation(features),
    };
    for (const [name, order] of Object.entries(orders))
      curves[name].push(curveOf(question, place, order, fraction, medians));
    run.tick(s + 1, some.length, "faithfulness");
    await run.pause();
  }
  const shares = fraction.map((count) => count / features);
  const areas = (name: string): number[] => curves[name].map((curve) => areaOf(shares, curve));
  const down = areas("descending");
  const gains = areas("random").map((area, s) => area - down[s]);
  const [gain, gainError] = [
    mean(gains),
    gains.length > 1 ? Math.sqrt(variance(gains) / gains.length) : 0,
  ];
  const averaged = (name: string): number[] =>
    shares.map((_, k) => mean(curves[name].map((curve) => curve[k])));
  return {
    words: flippingWords(method.words, gain, gainError),
    points: some.length,
    reference: "the median of each feature over the points",
    fraction: shares,
    descending: averaged("descending"),
    ascending: averaged("ascending"),
    random: averaged("random"),
    gain,
    gainError,
  };
}

function curveOf(
  { ensemble, x, output }: TreeContext["question"],
  place: number,
  order: ArrayLike<number>,
  flipped: readonly number[],
  medians: Float64Array,
): Float64Array {
  const { features, outputs } = ensemble;
  const copies = tensor([flipped.length, features]);
  const current = row(x, place).slice();
  flipped.forEach((count, k) => {
    for (let done = k > 0 ? flipped[k - 1] : 0; done < count; done++)
      current[order[done]] = medians[order[done]];
    copies.data.set(current, k * features);
  });
  const found = margins(ensemble, copies.data, flipped.length);
  return Float64Array.from(flipped, (_, k) => found[k * outputs + output]);
}

function areaOf(x: readonly number[], y: Float64Array): number {
  let area = 0;
  for (let k = 1; k < x.length; k++) area += 0.5 * (x[k] - x[k - 1]) * (y[k] + y[k - 1]);
  return area;
}

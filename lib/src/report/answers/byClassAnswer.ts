import { size, tensor, type Tensor } from "../../core/tensor.js";
import type { ClassRelevance, RowAnswer } from "./document.js";
import type { NetworkContext } from "./networkContext.js";
import { sampleOf } from "./plain.js";
import type { SampledRelevance } from "./sampledRelevance.js";

/** Mean relevance, and its mean modulus, of the points of each label; undefined of values. */
export function byClassAnswer(
  { parts }: NetworkContext,
  { places, relevance }: SampledRelevance,
  rows: readonly RowAnswer[],
): ClassRelevance[] | undefined {
  if (rows.every(({ predicted }) => predicted === undefined)) return undefined;
  const labels = places.map((place) => rows[place].targetLabel ?? rows[place].label);
  return [...new Set(labels)].sort().map((label) => {
    const own = Array.from(labels.keys()).filter((k) => labels[k] === label);
    const values = (of: (value: number) => number): ReturnType<typeof sampleOf> =>
      sampleOf(parts.relevance(meanOf(relevance, own, of)), 0);
    return {
      label,
      points: own.length,
      mean: values((value) => value),
      modulus: values(Math.abs),
    };
  });
}

/** Mean over rows of what is made of values: [1, …]. */
function meanOf(
  { shape: [, ...sample], data }: Tensor,
  rows: readonly number[],
  of: (value: number) => number,
): Tensor {
  const width = size(sample);
  const found = tensor([1, ...sample]);
  for (const r of rows)
    for (let k = 0; k < width; k++) found.data[k] += of(data[r * width + k]) / rows.length;
  return found;
}

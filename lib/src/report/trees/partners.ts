import { tensor, type Tensor } from "../../core/tensor.js";
import { interactions } from "../../forest/shapley/interactions.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";

/** Samples that interactions are looked for in, and numbers that they may have in all. */
const SAMPLES = 200;
const MOST_NUMBERS = 2e7;

/** The feature that another one works with. */
export interface Partner {
  readonly feature: number;
  /** Mean |Φ_ij + Φ_ji| over samples, in units of the margin. */
  readonly strength: number;
}

/**
 * The strongest partner of each feature: the largest mean |2 Φ_ij| of Shapley interaction values
 * over the first 200 samples. Undefined where it takes more than a moment.
 * @param x       [n, features]
 * @param output  the one that is explained
 */
export function partners(
  ensemble: TreeEnsemble,
  x: Tensor,
  output: number,
): (Partner | undefined)[] | undefined {
  const { features, outputs } = ensemble;
  const n = Math.min(SAMPLES, x.shape[0]);
  const nodes = ensemble.members.reduce((sum, { feature }) => sum + feature.length, 0);
  if (n * outputs * features * features > MOST_NUMBERS || n * nodes > MOST_NUMBERS)
    return undefined;
  const some = tensor([n, features], x.data.slice(0, n * features));
  const { data } = interactions(ensemble, some).interactions;
  const mean = new Float64Array(features * features);
  for (let s = 0; s < n; s++) {
    const from = (s * outputs + output) * mean.length;
    for (let p = 0; p < mean.length; p++) mean[p] += (2 * Math.abs(data[from + p])) / n;
  }
  return Array.from({ length: features }, (_, i) => strongest(mean, i, features));
}

function strongest(mean: Float64Array, i: number, features: number): Partner | undefined {
  let best: Partner | undefined;
  for (let j = 0; j < features; j++) {
    const strength = mean[i * features + j];
    if (j !== i && strength > (best?.strength ?? 0)) best = { feature: j, strength };
  }
  return best;
}

import type { Rng } from "../../core/random/rng.js";
import { mean, variance } from "../../core/statistics/statistics.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { margins } from "../../forest/ensemble/margins.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";
import type { FeatureGroup } from "./featureGroups.js";
import { treeScore, type TreeScore } from "./treeScore.js";
import { outputsOf, type TreeTask } from "./treeTask.js";

/** Permutations of each group. */
export const PERMUTATIONS = 5;

/** How much worse a model does without what a group says. */
export interface ScoreLoss {
  /** Score with everything less score without, so that positive is worse; of losses the rise. */
  readonly change: number;
  /** Standard error of it over the permutations. */
  readonly error: number;
}

/**
 * The change of the score where the features of each group are permuted together among the samples:
 * what they say of each other stays, what they say of the sample and of other features goes
 * (Breiman 2001, of groups Gregorutti et al. 2015).
 * @param x       [n, features]
 * @param target  [n, outputs]
 */
export function permutedGroups(
  ensemble: TreeEnsemble,
  task: TreeTask,
  { x, target }: { readonly x: Tensor; readonly target: Tensor },
  groups: readonly FeatureGroup[],
  rng: Rng,
): { score: TreeScore; losses: ScoreLoss[] } {
  const scoreOf = (own: Tensor): TreeScore => {
    const found = margins(ensemble, own.data, own.shape[0]);
    return treeScore(ensemble, task, outputsOf(ensemble, found), target);
  };
  const score = scoreOf(x);
  const losses = groups.map(({ features }): ScoreLoss => {
    const own = rng.fork(`group ${features.join(",")}`);
    const changes = Array.from({ length: PERMUTATIONS }, () => {
      const without = scoreOf(permuted(x, features, own.permutation(x.shape[0])));
      return score.sign * (score.value - without.value);
    });
    return { change: mean(changes), error: Math.sqrt(variance(changes) / PERMUTATIONS) };
  });
  return { score, losses };
}

function permuted(
  { shape, data }: Tensor,
  features: readonly number[],
  order: ArrayLike<number>,
): Tensor {
  const [n, width] = shape;
  const found = tensor(shape, data.slice());
  for (let s = 0; s < n; s++)
    for (const k of features) found.data[s * width + k] = data[order[s] * width + k];
  return found;
}

import type { Rng } from "../core/random/rng.js";

/** The drawn samples of one tree, each node's next to each other in every feature's order. */
export interface Drawn {
  readonly features: number;
  /** Samples of the whole table: the stride of `values`. */
  readonly samples: number;
  /** [features, samples] */
  readonly values: Float64Array;
  /** [samples] */
  readonly target: Float64Array;
  /** How often each sample was drawn, times its weight. [samples] */
  readonly counts: Float64Array;
  /** How often, where samples have weights; undefined: `counts`. [samples] */
  readonly draws: Float64Array | undefined;
  /** Distinct samples that were drawn: the stride of `order`. */
  readonly drawn: number;
  /** [features, drawn]; within a node ascending in the feature. */
  readonly order: Int32Array;
}

/** The samples of a node: entries begin … end − 1 of every feature's order. */
export interface NodeStretch {
  readonly begin: number;
  readonly end: number;
  /** Draws, each times its weight. */
  readonly weight: number;
  /** Draws. */
  readonly draws: number;
}

export interface NodeSamples extends NodeStretch {
  readonly mean: number;
  /** Σ (y − mean)² over the draws. */
  readonly squares: number;
}

export interface Split {
  readonly feature: number;
  readonly threshold: number;
  /** In the feature's order, entries before this one go left. */
  readonly cut: number;
}

export interface SplitOptions {
  readonly minimumLeaf: number;
  /** Features looked at; more, if none of them can split the node. */
  readonly featuresPerSplit: number;
  /** Order in which features are looked at; as they are numbered, without it. */
  readonly rng?: Rng;
}

/**
 * Gains closer than this part of Σ (y − ȳ)² are one gain: sums over the same samples in another
 * order differ by rounding, and rounding must not decide. The first such split counts: first in the
 * order of features, then the lowest threshold.
 */
export const TIE = 1e-12;

/**
 * The split of a node that lowers Σ (y − ȳ)² most, over all thresholds between different values of
 * a feature:
 *
 *   gain = (Σ_left (y − ȳ))² · n / (n_left n_right),   ȳ the mean of the node
 *
 * A split that gains nothing is taken too if none gains anything: below it there may be more (x₁
 * xor x₂).
 * where samples have weights, n are sums of them.
 * @returns undefined if the features are constant, or every split leaves fewer than `minimumLeaf`
 *   draws on a side
 */
export function bestSplit(
  data: Drawn,
  node: NodeSamples,
  options: SplitOptions,
): Split | undefined {
  const { features, samples, values, target, counts, draws, drawn, order } = data;
  const { begin, end, weight, mean, squares } = node;
  const { minimumLeaf, featuresPerSplit, rng } = options;
  const sequence = rng?.permutation(features);
  const tolerance = TIE * squares;
  let best = -Infinity;
  let bestFeature = -1;
  let bestCut = -1;
  for (let k = 0; k < features && (k < featuresPerSplit || bestFeature < 0); k++) {
    const feature = sequence ? sequence[k] : k;
    const column = feature * samples;
    const first = feature * drawn;
    let left = 0;
    let leftWeight = 0;
    let leftDraws = 0;
    let value = values[column + order[first + begin]];
    for (let i = begin; i < end - 1; i++) {
      const sample = order[first + i];
      left += counts[sample] * (target[sample] - mean);
      leftWeight += counts[sample];
      const here = value;
      value = values[column + order[first + i + 1]];
      if (draws) leftDraws += draws[sample];
      if (value === here || (draws ? leftDraws : leftWeight) < minimumLeaf) continue;
      const rightWeight = weight - leftWeight;
      if ((draws ? node.draws - leftDraws : rightWeight) < minimumLeaf) break;
      const gain = (left * left * weight) / (leftWeight * rightWeight);
      if (gain > best + tolerance) {
        best = gain;
        bestFeature = feature;
        bestCut = i + 1;
      }
    }
  }
  if (bestFeature < 0) return undefined;
  const entry = bestFeature * drawn + bestCut;
  const lower = values[bestFeature * samples + order[entry - 1]];
  return {
    feature: bestFeature,
    threshold: between(lower, values[bestFeature * samples + order[entry]]),
    cut: bestCut,
  };
}

/** The middle, if that is a number below the upper one. */
export function between(lower: number, upper: number): number {
  const middle = lower / 2 + upper / 2;
  return middle >= lower && middle < upper ? middle : lower;
}

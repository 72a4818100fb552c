import {
  between,
  TIE,
  type Drawn,
  type NodeStretch,
  type Split,
  type SplitOptions,
} from "../bestSplit.js";

/** How impure a node of classes is. */
export type Impurity = "gini" | "entropy";

/** A node with Σ weight of each class. */
export interface ClassNode extends NodeStretch {
  readonly sums: Float64Array;
}

/**
 * What the samples of a node, of weights s_k by class and W together, are worth undivided; a split
 * gains by how much more its two sides are worth:
 *
 *   gini: Σ_k s_k²/W = W (1 − Gini),   entropy: Σ_k s_k ln(s_k/W) = −W · entropy
 */
const worth: Readonly<Record<Impurity, (sums: Float64Array, weight: number) => number>> = {
  gini(sums, weight) {
    let squares = 0;
    for (let k = 0; k < sums.length; k++) squares += sums[k] * sums[k];
    return squares / weight;
  },
  entropy(sums, weight) {
    let sum = 0;
    for (let k = 0; k < sums.length; k++)
      if (sums[k] > 0) sum += sums[k] * Math.log(sums[k] / weight);
    return sum;
  },
};

/** Sums of a node by class. */
export function classNode(
  { order, target, counts, draws }: Drawn,
  begin: number,
  end: number,
  classes: number,
): ClassNode {
  const sums = new Float64Array(classes);
  let [weight, drawn] = [0, 0];
  for (let i = begin; i < end; i++) {
    const sample = order[i];
    sums[target[sample]] += counts[sample];
    weight += counts[sample];
    drawn += (draws ?? counts)[sample];
  }
  return { begin, end, weight, draws: drawn, sums };
}

/**
 * The split of a node that makes its two sides purest (Breiman et al. 1984), over all thresholds
 * between different values of a feature. As with numbers (`bestSplit`), gains within rounding are
 * one gain, the first of them counts, and a split that gains nothing is taken if none gains
 * anything.
 * @returns undefined if the features are constant, or every split leaves fewer than `minimumLeaf`
 *   draws on a side
 */
export function classSplit(
  data: Drawn,
  { begin, end, weight, draws: drawsOfNode, sums }: ClassNode,
  impurity: Impurity,
  { minimumLeaf, featuresPerSplit, rng }: SplitOptions,
): Split | undefined {
  const { features, samples, values, target, counts, drawn, order } = data;
  const draws = data.draws ?? counts;
  const sequence = rng?.permutation(features);
  const worthOf = worth[impurity];
  const left = new Float64Array(sums.length);
  const right = new Float64Array(sums.length);
  let [best, bestFeature, bestCut] = [-Infinity, -1, -1];
  for (let k = 0; k < features && (k < featuresPerSplit || bestFeature < 0); k++) {
    const feature = sequence ? sequence[k] : k;
    const column = feature * samples;
    const first = feature * drawn;
    left.fill(0);
    let [leftWeight, leftDraws] = [0, 0];
    let value = values[column + order[first + begin]];
    for (let i = begin; i < end - 1; i++) {
      const sample = order[first + i];
      left[target[sample]] += counts[sample];
      leftWeight += counts[sample];
      leftDraws += draws[sample];
      const here = value;
      value = values[column + order[first + i + 1]];
      if (value === here || leftDraws < minimumLeaf) continue;
      if (drawsOfNode - leftDraws < minimumLeaf) break;
      // of weights, rounding must not leave less than nothing
      for (let c = 0; c < right.length; c++) right[c] = Math.max(0, sums[c] - left[c]);
      const gain = worthOf(left, leftWeight) + worthOf(right, weight - leftWeight);
      if (gain > best + TIE * weight) [best, bestFeature, bestCut] = [gain, feature, i + 1];
    }
  }
  if (bestFeature < 0) return undefined;
  const entry = bestFeature * drawn + bestCut;
  const value = (at: number): number => values[bestFeature * samples + order[at]];
  return { feature: bestFeature, threshold: between(value(entry - 1), value(entry)), cut: bestCut };
}

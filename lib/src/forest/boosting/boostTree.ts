import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { orderedTree } from "../ensemble/orderedTree.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import type { BinnedColumns } from "./bins.js";
import type { BoostSplit, Histograms, SplitBounds, Stretch, Sums } from "./histograms.js";

export interface BoostTreeOptions extends SplitBounds {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  readonly learningRate: number;
}

/** A node before it is known how it is split. */
interface Part extends Stretch {
  readonly depth: number;
  readonly sums: Sums;
}

/** A leaf that may still be split. */
interface Open extends Part {
  readonly node: number;
  /** What it gains to split it, and by which histogram; undefined for a leaf that stays one. */
  readonly split?: BoostSplit;
  readonly histogram?: number;
}

/** Histograms that the growth of a tree uses at the same time, at most. */
export const histogramsInUse = (
  samples: number,
  { maxLeaves, minimumLeaf }: BoostTreeOptions,
): number => Math.min(maxLeaves, Math.max(1, Math.floor(samples / (2 * minimumLeaf)))) + 1;

/**
 * Grows a tree leaf by leaf, always where the loss falls most (Shi 2007; LightGBM), on histograms;
 * of two children the larger one's histogram is that of their parent less the smaller one's.
 * @param histograms  with the derivatives of the loss in `steps`
 * @param output      of the ensemble that the leaves add to
 * @param onLeaf      told the samples of each leaf and its value
 */
export function boostTree(
  { samples, features, bounds }: BinnedColumns,
  histograms: Histograms,
  output: number,
  options: BoostTreeOptions,
  onLeaf: (rows: Int32Array, value: number) => void,
): DecisionTree {
  const { maxLeaves, maxDepth, minimumLeaf, learningRate, l2 } = options;
  const [left, right, feature, threshold, value, cover]: number[][] = [[], [], [], [], [], []];
  const missingLeft: boolean[] = [];
  const leafOf = (part: Part): Open => {
    const { gradient, curvature, count } = part.sums;
    const node = left.push(-1) - 1;
    right.push(-1);
    feature.push(-1);
    threshold.push(0);
    missingLeft.push(false);
    const weighty = curvature + l2 > 0;
    value.push(weighty ? (-learningRate * gradient) / (curvature + l2) : 0);
    cover.push(count);
    return { ...part, node };
  };
  const mayGrow = ({ depth, sums }: Part): boolean =>
    depth < maxDepth && sums.count >= 2 * minimumLeaf;
  const withSplit = (leaf: Open, histogram: number): Open => {
    const split = mayGrow(leaf) ? histograms.bestSplit(histogram, leaf.sums, options) : undefined;
    if (split) return { ...leaf, split, histogram };
    histograms.giveBack(histogram);
    return leaf;
  };
  histograms.restart();
  const root = leafOf({ begin: 0, end: samples, depth: 0, sums: totals(histograms.steps) });
  const open = [mayGrow(root) ? withSplit(root, histograms.of(root)) : root];
  while (open.length < maxLeaves) {
    stopIfCancelled();
    const at = mostGain(open);
    const { node, begin, end, depth, sums, histogram, split } = open[at];
    if (!split || histogram === undefined) break;
    const cut = histograms.divide({ begin, end }, split);
    feature[node] = split.feature;
    threshold[node] = bounds[split.feature][split.bin] ?? Infinity;
    missingLeft[node] = split.missingLeft;
    const one = leafOf({ begin, end: cut, depth: depth + 1, sums: split.left });
    const other = leafOf({ begin: cut, end, depth: depth + 1, sums: difference(sums, split.left) });
    [left[node], right[node]] = [one.node, other.node];
    // the last two leaves are not split, whatever they would gain
    if (open.length + 1 < maxLeaves && (mayGrow(one) || mayGrow(other))) {
      const smallFirst = cut - begin <= end - cut;
      const small = histograms.of(smallFirst ? one : other);
      const large = histograms.lessChild(histogram, small);
      const own = smallFirst ? [small, large] : [large, small];
      open.splice(at, 1, withSplit(one, own[0]), withSplit(other, own[1]));
    } else {
      histograms.giveBack(histogram);
      open.splice(at, 1, one, other);
    }
  }
  for (const { node, begin, end } of open)
    onLeaf(histograms.rows.subarray(begin, end), value[node]);
  const lists = { left, right, feature, threshold, missingLeft, value, cover };
  return orderedTree({ ...lists, root: 0, output, width: 1 }, features, "gradientBoosting");
}

/** @param steps  [samples, 2] */
function totals(steps: Float64Array): Sums {
  let [gradient, curvature] = [0, 0];
  for (let k = 0; k < steps.length; k += 2) {
    gradient += steps[k];
    curvature += steps[k + 1];
  }
  return { gradient, curvature, count: steps.length / 2 };
}

const difference = (whole: Sums, part: Sums): Sums => ({
  gradient: whole.gradient - part.gradient,
  curvature: whole.curvature - part.curvature,
  count: whole.count - part.count,
});

function mostGain(open: readonly Open[]): number {
  let best = 0;
  for (let k = 1; k < open.length; k++)
    if ((open[k].split?.gain ?? 0) > (open[best].split?.gain ?? 0)) best = k;
  return best;
}

import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { orderedTree } from "../ensemble/orderedTree.js";
import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { MISSING, type BinnedColumns } from "./bins.js";
import {
  bestBoostSplit,
  fillHistogram,
  histogramLength,
  type BoostSplit,
  type Derivatives,
  type SplitBounds,
  type Sums,
} from "./histogram.js";

export interface BoostTreeOptions extends SplitBounds {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  readonly learningRate: number;
}

/** A leaf that may still be split: samples begin … end − 1 of the order. */
interface Open {
  readonly node: number;
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  readonly sums: Sums;
  readonly histogram: Float64Array;
  readonly split: BoostSplit | undefined;
}

/**
 * Grows a tree leaf by leaf, always where the loss falls most (Shi 2007; LightGBM), on histograms;
 * of two children the larger one's histogram is that of their parent less the smaller one's.
 * @param output  of the ensemble that the leaves add to
 * @param onLeaf  told the samples of each leaf and its value
 */
export function boostTree(
  columns: BinnedColumns,
  derivatives: Derivatives,
  output: number,
  options: BoostTreeOptions,
  onLeaf: (rows: Int32Array, value: number) => void,
): DecisionTree {
  const { samples, features, bounds } = columns;
  const { maxLeaves, maxDepth, learningRate, l2 } = options;
  const rows = Int32Array.from({ length: samples }, (_, n) => n);
  const scratch = new Int32Array(samples);
  const [left, right, feature, threshold, value, cover]: number[][] = [[], [], [], [], [], []];
  const missingLeft: boolean[] = [];
  const spare: Float64Array[] = [];
  const fresh = (): Float64Array => spare.pop() ?? new Float64Array(histogramLength(features));
  const opened = (part: Omit<Open, "node" | "split">): Open => {
    const { sums, depth, histogram } = part;
    const { gradient, curvature, count } = sums;
    const node = left.push(-1) - 1;
    right.push(-1);
    feature.push(-1);
    threshold.push(0);
    missingLeft.push(false);
    const weighty = curvature + l2 > 0;
    value.push(weighty ? (-learningRate * gradient) / (curvature + l2) : 0);
    cover.push(count);
    const split = depth < maxDepth ? bestBoostSplit(histogram, columns, sums, options) : undefined;
    return { ...part, node, split };
  };
  const histogram = fresh();
  fillHistogram(columns, derivatives, rows, 0, samples, histogram);
  const sums = totals(derivatives);
  const open = [opened({ begin: 0, end: samples, depth: 0, sums, histogram })];
  while (open.length < maxLeaves) {
    stopIfCancelled();
    const at = mostGain(open);
    const { node, begin, end, depth, sums: whole, histogram: above, split } = open[at];
    if (!split) break;
    const cut = divide(columns, split, rows, begin, end, scratch);
    feature[node] = split.feature;
    threshold[node] = bounds[split.feature][split.bin] ?? Infinity;
    missingLeft[node] = split.missingLeft;
    const smallFirst = cut - begin <= end - cut;
    const small = fresh();
    const [from, to] = smallFirst ? [begin, cut] : [cut, end];
    fillHistogram(columns, derivatives, rows, from, to, small);
    for (let k = 0; k < above.length; k++) above[k] -= small[k];
    const [first, second] = smallFirst ? [small, above] : [above, small];
    const rest = {
      gradient: whole.gradient - split.left.gradient,
      curvature: whole.curvature - split.left.curvature,
      count: whole.count - split.left.count,
    };
    const below = { depth: depth + 1 };
    const one = opened({ ...below, begin, end: cut, sums: split.left, histogram: first });
    const other = opened({ ...below, begin: cut, end, sums: rest, histogram: second });
    [left[node], right[node]] = [one.node, other.node];
    open.splice(at, 1, one, other);
  }
  for (const { node, begin, end } of open) onLeaf(rows.subarray(begin, end), value[node]);
  const lists = { left, right, feature, threshold, missingLeft, value, cover };
  return orderedTree({ ...lists, root: 0, output, width: 1 }, features, "gradientBoosting");
}

function totals({ gradient, curvature }: Derivatives): Sums {
  let [g, h] = [0, 0];
  for (let n = 0; n < gradient.length; n++) {
    g += gradient[n];
    h += curvature[n];
  }
  return { gradient: g, curvature: h, count: gradient.length };
}

function mostGain(open: readonly Open[]): number {
  let best = 0;
  for (let k = 1; k < open.length; k++)
    if ((open[k].split?.gain ?? 0) > (open[best].split?.gain ?? 0)) best = k;
  return best;
}

/** Samples that go left first, both sides in their old order. @returns where the others begin */
function divide(
  { bins, samples }: BinnedColumns,
  { feature, bin, missingLeft }: BoostSplit,
  rows: Int32Array,
  begin: number,
  end: number,
  scratch: Int32Array,
): number {
  let [next, others] = [begin, 0];
  for (let k = begin; k < end; k++) {
    const sample = rows[k];
    const own = bins[feature * samples + sample];
    const goes = own === MISSING ? missingLeft : own <= bin;
    if (goes) rows[next++] = sample;
    else scratch[others++] = sample;
  }
  for (let k = 0; k < others; k++) rows[next + k] = scratch[k];
  return next;
}

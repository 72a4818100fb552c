import { stopIfCancelled } from "../core/tasks/cancellation.js";
import {
  bestSplit,
  type Drawn,
  type NodeSamples,
  type NodeStretch,
  type Split,
  type SplitOptions,
} from "./bestSplit.js";
import type { SortedColumns } from "./sortedColumns.js";
import type { RegressionTree } from "./tree.js";

export interface GrowOptions extends SplitOptions {
  readonly maxDepth: number;
}

/** What a kind of trees makes of nodes. */
export interface Growth<Node extends NodeStretch> {
  /** Sums over the samples begin … end − 1. */
  nodeOf(begin: number, end: number): Node;
  /** Whether all targets of a node are equal. */
  pure(node: Node): boolean;
  bestSplit(node: Node): Split | undefined;
}

/** The splits of a tree level by level, and its nodes. */
export interface Grown<Node> {
  readonly nodes: readonly Node[];
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
}

/**
 * Grows a regression tree from columns sorted once.
 * @param target  [samples]
 * @param counts   how often each sample was drawn, at least one of them at all: [samples]
 * @param weights  of the samples, > 0; undefined: 1 for all
 */
export function growTree(
  columns: SortedColumns,
  target: Float64Array,
  counts: Float64Array,
  options: GrowOptions,
  weights?: Float64Array,
): RegressionTree {
  const data = drawnSamples(columns, target, counts, weights);
  const { nodes, ...splits } = grownLevels<NodeSamples>(data, options, {
    nodeOf: (begin, end) => nodeSamples(data, begin, end),
    pure: ({ squares }) => !(squares > 0),
    bestSplit: (node) => bestSplit(data, node, options),
  });
  return {
    features: columns.features,
    ...splits,
    value: Float64Array.from(nodes, ({ mean }) => mean),
    samples: Float64Array.from(nodes, ({ weight }) => weight),
  };
}

/**
 * Grows a tree level by level. Every node is a stretch of each feature's order; a split moves its
 * samples to its two ends without changing their order, so nothing is sorted again and a level
 * costs features × samples.
 */
export function grownLevels<Node extends NodeStretch>(
  data: Drawn,
  { maxDepth, minimumLeaf }: GrowOptions,
  growth: Growth<Node>,
): Grown<Node> {
  const goesLeft = new Uint8Array(data.samples);
  const scratch = new Int32Array(data.drawn);
  const [feature, threshold, left]: number[][] = [[], [], []];
  const nodes: Node[] = [];
  let level: Node[] = [growth.nodeOf(0, data.drawn)];
  for (let depth = 0, known = 1; level.length > 0; depth++) {
    const below: Node[] = [];
    // nothing is split below the last level, and the sums of its nodes need one feature's order
    // only
    const needed = depth + 1 < maxDepth ? data.features : 1;
    for (const node of level) {
      stopIfCancelled();
      const splits = depth < maxDepth && !growth.pure(node) && node.draws >= 2 * minimumLeaf;
      const split = splits ? growth.bestSplit(node) : undefined;
      nodes.push(node);
      feature.push(split?.feature ?? -1);
      threshold.push(split?.threshold ?? 0);
      left.push(split ? known : -1);
      if (!split) continue;
      known += 2;
      for (let i = node.begin; i < node.end; i++)
        goesLeft[data.order[split.feature * data.drawn + i]] = i < split.cut ? 1 : 0;
      for (let f = 0; f < needed; f++) {
        if (f === split.feature) continue;
        const [begin, end] = [f * data.drawn + node.begin, f * data.drawn + node.end];
        divide(data.order, begin, end, goesLeft, scratch);
      }
      below.push(growth.nodeOf(node.begin, split.cut), growth.nodeOf(split.cut, node.end));
    }
    level = below;
  }
  return {
    nodes,
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    left: Int32Array.from(left),
  };
}

/** The orders of the columns without the samples that were not drawn. */
export function drawnSamples(
  { samples, features, values, order }: SortedColumns,
  target: Float64Array,
  counts: Float64Array,
  weights: Float64Array | undefined,
): Drawn {
  let drawn = 0;
  for (let n = 0; n < samples; n++) if (counts[n] > 0) drawn++;
  const kept = new Int32Array(features * drawn);
  for (let k = 0, next = 0; k < order.length; k++)
    if (counts[order[k]] > 0) kept[next++] = order[k];
  const common = { features, samples, values, target, drawn, order: kept };
  return weights
    ? { ...common, counts: counts.map((count, n) => count * weights[n]), draws: counts }
    : { ...common, counts, draws: undefined };
}

/** Sums over a node; `squares` is 0 exactly if all targets are equal. */
function nodeSamples(
  { order, target, counts, draws }: Drawn,
  begin: number,
  end: number,
): NodeSamples {
  const first = target[order[begin]];
  let weight = 0;
  // relative to one of the targets: equal ones give their own value as mean, without rounding
  let shifted = 0;
  for (let i = begin; i < end; i++) {
    weight += counts[order[i]];
    shifted += counts[order[i]] * (target[order[i]] - first);
  }
  const mean = first + shifted / weight;
  let squares = 0;
  for (let i = begin; i < end; i++) squares += counts[order[i]] * (target[order[i]] - mean) ** 2;
  let drawn = weight;
  if (draws) {
    drawn = 0;
    for (let i = begin; i < end; i++) drawn += draws[order[i]];
  }
  return { begin, end, weight, draws: drawn, mean, squares };
}

/** Samples that go left first, both sides in their old order. */
function divide(
  order: Int32Array,
  begin: number,
  end: number,
  goesLeft: Uint8Array,
  scratch: Int32Array,
): void {
  let next = begin;
  let others = 0;
  for (let i = begin; i < end; i++) {
    const sample = order[i];
    // both are written and one counts: no branch that cannot be predicted
    const left = goesLeft[sample];
    order[next] = sample;
    scratch[others] = sample;
    next += left;
    others += 1 - left;
  }
  for (let k = 0; k < others; k++) order[next + k] = scratch[k];
}

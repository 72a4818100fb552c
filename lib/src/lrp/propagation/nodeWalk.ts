import type { Layer } from "../../nn/layers/layer.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import type { AttributionProblem } from "../methods/method.js";
import type { LayerRule } from "../rules/composite.js";
import type { Visit } from "./backwardPlan.js";
import { addRowSums, ledger, type ConservationRow, type Ledger } from "./conservation.js";
import type { Workspace } from "./preparedRule.js";
import { addSupportSums, type Support } from "./sparseConvolution.js";

/** What one node does with the relevance of its output. */
export interface NodeHandler {
  propagate(batch: number, startSizes: Float64Array): void;
  /** Its books, if it has a rule. */
  row?(): ConservationRow;
}

/** What all nodes of a network share. */
export interface NetworkWalk {
  readonly problem: AttributionProblem;
  readonly evaluator: Evaluator;
  readonly rules: readonly (LayerRule | undefined)[];
  /** R of each value. */
  readonly relevance: readonly Float64Array[];
  /** Σ R of each sample at each value. */
  readonly totals: readonly Float64Array[];
  readonly supports: ReadonlyMap<number, Support>;
  /** For each value whether it is made of masks alone. */
  readonly ofMasks: readonly boolean[];
  readonly work: Workspace;
}

/** One node of it, with the sizes of its inputs and of its output. */
export interface NodeWalk extends NetworkWalk, Visit {
  readonly layer: Layer;
  readonly arriving: Float64Array;
  readonly widths: readonly number[];
  readonly height: number;
}

/** Adds Σ R of each input to its totals. */
export function addTotals({ inputs, targets, widths, totals }: NodeWalk, batch: number): void {
  inputs.forEach((v, k) => addRowSums(targets[k], batch, widths[k], totals[v]));
}

/** The books of a node with a rule, and what enters a batch that its targets hold. */
export function booksOf(
  node: NodeWalk,
  rule: string,
): { books: Ledger; enter: NodeHandler["propagate"] } {
  const { layer, inputs, output, targets, widths, totals, supports, problem } = node;
  const books = ledger(node.node, layer.name, rule, problem.capacity, widths);
  const left = new Float64Array(problem.capacity);
  const support = supports.get(inputs[0]);
  const enter = (batch: number, startSizes: Float64Array): void => {
    left.fill(0);
    if (support) addSupportSums(targets[0], support, batch, widths[0], left);
    else targets.forEach((target, k) => addRowSums(target, batch, widths[k], left));
    books.enter(totals[output], left, targets, startSizes, batch);
    if (inputs.length === 1) for (let n = 0; n < batch; n++) totals[inputs[0]][n] += left[n];
    else addTotals(node, batch);
  };
  return { books, enter };
}

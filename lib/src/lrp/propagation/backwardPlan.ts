import { size } from "../../core/tensor.js";
import type { Evaluator } from "../../nn/network/evaluator.js";

/** One node on the way back: what it reads, and where the share of each of its inputs goes. */
export interface Visit {
  readonly node: number;
  readonly inputs: readonly number[];
  readonly output: number;
  /**
   * One buffer for each input; the value's own for its first reader on the way, a spare one for
   * others.
   */
  readonly targets: readonly Float64Array[];
  /** True if nothing is to be done: the output's buffer is the input's. */
  readonly shared: boolean;
}

/** The way back from the output of a network, with a buffer for every value that it meets. */
export interface BackwardPlan {
  /**
   * [capacity, …] for each value; 0 is the network's input. Zero for values that do not reach the
   * output.
   */
  readonly relevance: readonly Float64Array[];
  /** From the output down to the nodes that write value `lowest + 1`. */
  readonly visits: readonly Visit[];
}

/**
 * @param lowest   values below need not be known
 * @param handsOn nodes whose only input takes the output's relevance as it is; they share its
 *   buffer where nobody else reads the input
 */
export function backwardPlan(
  { steps, shapes, capacity }: Evaluator,
  lowest: number,
  handsOn: (node: number) => boolean,
): BackwardPlan {
  const last = steps.length;
  const buffer = (v: number): Float64Array => new Float64Array(capacity * size(shapes[v]));
  const readers = new Uint32Array(last + 1);
  const reaches = new Uint8Array(last + 1);
  reaches[last] = 1;
  for (let node = last - 1; node >= 0; node--) {
    if (!reaches[node + 1]) continue;
    for (const v of steps[node].inputs) {
      reaches[v] = 1;
      readers[v]++;
    }
  }
  const relevance: (Float64Array | undefined)[] = Array<undefined>(last + 1).fill(undefined);
  relevance[last] = buffer(last);
  const visits: Visit[] = [];
  for (let node = last - 1; node >= lowest; node--) {
    const { inputs, output } = steps[node];
    if (!reaches[output]) continue;
    const shared = inputs.length === 1 && readers[inputs[0]] === 1 && handsOn(node);
    const targets = inputs.map((v) => {
      const own = shared ? relevance[output]! : buffer(v);
      relevance[v] ??= own;
      return own;
    });
    visits.push({ node, inputs, output, targets, shared });
  }
  return {
    relevance: relevance.map((found, v) => found ?? (v < lowest ? new Float64Array(0) : buffer(v))),
    visits,
  };
}

/**
 * Walks back: `propagate` writes all targets of a visit from `relevance[visit.output]`; shares of
 * several readers add up.
 */
export function walkBack(
  { relevance, visits }: BackwardPlan,
  evaluator: Evaluator,
  batch: number,
  propagate: (visit: Visit) => void,
): void {
  for (const visit of visits) {
    if (visit.shared) continue;
    propagate(visit);
    visit.inputs.forEach((v, k) => {
      const [target, total] = [visit.targets[k], relevance[v]];
      if (target === total) return;
      const count = batch * size(evaluator.shapes[v]);
      for (let p = 0; p < count; p++) total[p] += target[p];
    });
  }
}

/** Splits the rows of a concatenation: targets_k = columns of input k. */
export function splitRows(
  from: Float64Array,
  targets: readonly Float64Array[],
  widths: readonly number[],
  batch: number,
): void {
  const height = widths.reduce((sum, width) => sum + width, 0);
  let start = 0;
  targets.forEach((target, k) => {
    for (let n = 0; n < batch; n++) {
      for (let f = 0; f < widths[k]; f++) target[n * widths[k] + f] = from[n * height + start + f];
    }
    start += widths[k];
  });
}

/** Rows of `height` entries back into rows of `width` from entry `start` on, 0 elsewhere. */
export function spreadRows(
  from: Float64Array,
  into: Float64Array,
  height: number,
  start: number,
  width: number,
  batch: number,
): void {
  into.fill(0, 0, batch * width);
  for (let n = 0; n < batch; n++)
    for (let f = 0; f < height; f++) into[n * width + start + f] = from[n * height + f];
}

/** The reverse of splitRows: inputs of a merge one after the other in each row. */
export function joinRows(
  inputs: readonly Float64Array[],
  into: Float64Array,
  widths: readonly number[],
  batch: number,
): void {
  const height = widths.reduce((sum, width) => sum + width, 0);
  let start = 0;
  inputs.forEach((input, k) => {
    for (let n = 0; n < batch; n++) {
      for (let f = 0; f < widths[k]; f++) into[n * height + start + f] = input[n * widths[k] + f];
    }
    start += widths[k];
  });
}

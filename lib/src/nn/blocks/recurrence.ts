import { count, having, optional, record, truth } from "../../core/arguments/kinds.js";
import type { ArgumentKind } from "../../core/arguments/takes.js";
import { crop } from "../layers/gather.js";
import type { Layer } from "../layers/layer.js";
import { objectDense } from "../layers/objects.js";
import { constant } from "../layers/sources.js";
import { concat, reshape } from "../layers/structure.js";
import { dense } from "../layers/dense.js";
import type { Again, GraphValue, Then } from "../network/graphParts.js";

/** Options of `gru`, `lstm` and `rnn`. */
export interface RecurrenceOptions {
  /** Whether the sequence is read from its end (default false). */
  readonly reverse?: boolean;
  /**
   * Whether all states are given, [hidden, steps], in place of the last, [hidden] (default false).
   */
  readonly sequence?: boolean;
  /** The function of what is written (default tanh). */
  readonly activation?: Layer;
}

/** The same with gates. */
export interface GatedOptions extends RecurrenceOptions {
  /** The function of the gates (default sigmoid). */
  readonly gate?: Layer;
}

const layer = having("a layer", "kind", "outputShape");
const fields = {
  reverse: optional(truth),
  sequence: optional(truth),
  activation: optional(layer),
};

/** What the three take. */
export const recurrenceKinds: Readonly<Record<"size" | "options" | "gated", ArgumentKind>> = {
  size: count(1),
  options: record(fields),
  gated: record({ ...fields, gate: optional(layer), resetAfter: optional(truth) }),
};

/** A recurrence over a sequence [inputs, steps]. */
export interface Recurrence {
  readonly inputs: number;
  readonly hidden: number;
  readonly steps: number;
  /** Gates and what is written, together: rows of the two dense layers, in units of `hidden`. */
  readonly parts: number;
  /** The same of what is made of the state (default as many). */
  readonly stateParts?: number;
  readonly reverse: boolean;
  readonly sequence: boolean;
}

/** Values of one step: the input's share and the state before, and how the state's is made. */
export interface OneStep {
  readonly x: GraphValue;
  readonly h: GraphValue;
  /** U h + c of the state, [parts · hidden]; the same parameters at each step. */
  readonly fromState: (h: GraphValue) => GraphValue;
}

/**
 * Unrolls a recurrence: W x + b of all times at once, then a step for each time, whose parameters
 * are those of the first.
 * @param start  the state before, if it is not 0
 * @param step   the next state; may keep what else it needs
 */
export function unrolled(
  { inputs, hidden, steps, parts, stateParts = parts, reverse, sequence }: Recurrence,
  then: Then,
  again: Again,
  x: GraphValue,
  start: GraphValue | undefined,
  step: (at: OneStep) => GraphValue,
): GraphValue {
  const shares = then(objectDense(inputs, parts * hidden), x);
  let first: GraphValue | undefined;
  const fromState = (h: GraphValue): GraphValue =>
    first ? again(first, h) : (first = then(dense(hidden, stateParts * hidden), h));
  let h = start ?? then(zeros(hidden));
  const states: GraphValue[] = [];
  for (let k = 0; k < steps; k++) {
    const time = reverse ? steps - 1 - k : k;
    const own = then(reshape([parts * hidden]), then(crop(1, time, 1), shares));
    h = step({ x: own, h, fromState });
    states[time] = h;
  }
  if (!sequence) return h;
  const columns = states.map((state) => then(reshape([hidden, 1]), state));
  return steps === 1 ? columns[0] : then(concat(1), ...columns);
}

/** The state before the first. */
export const zeros = (hidden: number): Layer => constant([hidden], new Float64Array(hidden));

/** Part k of what lies one after the other. */
export const part = (
  then: Then,
  value: GraphValue,
  k: number,
  hidden: number,
  count_ = 1,
): GraphValue => then(crop(0, k * hidden, count_ * hidden), value);

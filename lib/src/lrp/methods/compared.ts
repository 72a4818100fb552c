import type { Evaluator } from "../../nn/network/evaluator.js";
import type { Visit } from "../propagation/backwardPlan.js";

/** Multipliers of a node's inputs, written to their targets, from those of its output. */
export type HandBack = (batch: number) => void;

/** One node of a network that is compared with itself at the baseline. */
export interface Compared {
  readonly theta: Float64Array;
  readonly evaluator: Evaluator;
  /** The same network at the baseline: one sample for all, or one for each of the batch. */
  readonly reference: Evaluator;
  readonly visit: Visit;
  /** m of the output. [capacity, …] */
  readonly m: Float64Array;
  /** Entries of a sample of the first input, and of the output. */
  readonly width: number;
  readonly height: number;
}

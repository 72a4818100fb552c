import { size, type Shape } from "../../core/tensor.js";
import { makeEvaluator, type Evaluator } from "../../nn/network/evaluator.js";
import type { Network } from "../../nn/network/network.js";
import type { Reference } from "./baseline.js";
import type { ConservationRow } from "../propagation/conservation.js";
import type { MaskRange } from "../propagation/masks.js";
import { withStagedWeights } from "../propagation/stagedWeights.js";
import { select, type Selection, type Start } from "../propagation/start.js";

/**
 * A way to explain outputs: relevance propagation, gradients, differences. Bound to a network by
 * `prepare`.
 */
export interface AttributionMethod {
  readonly name: string;
  /** True if it explains the input alone, not the values in between. */
  readonly inputOnly: boolean;
  /** What it compares each sample with; undefined for methods that compare with nothing. */
  readonly reference?: Reference;
  prepare(problem: AttributionProblem): Attributor;
}

/** What an attribution method has to explain. */
export interface AttributionProblem {
  readonly network: Network;
  readonly theta: Float64Array;
  /** Shape of one sample. */
  readonly input: Shape;
  /** Samples at a time. */
  readonly capacity: number;
  /** The lowest value whose relevance is wanted; 0 is the input. */
  readonly lowest: number;
  /** All values whose relevance is wanted; others may be left out. */
  readonly wanted: readonly number[];
  /** Where masks lie in a sample, to which rules give nothing (default: nowhere). */
  readonly masks?: readonly MaskRange[];
}

/** A method at work: owns its buffers, results are valid until the next call. */
export interface Attributor {
  /** Explains `batch` samples, the first of which is sample `from` of all. */
  run(x: Float64Array, batch: number, start: Start, from: number): void;
  /** [capacity, outputs] */
  readonly output: Float64Array;
  readonly selection: Selection;
  /** [capacity, …shape of value v] for each v ≥ lowest that the method explains. */
  readonly relevance: readonly Float64Array[];
  /**
   * `[capacity]`: what Σ R at the input would be if nothing were lost; undefined for methods that
   * promise nothing.
   */
  readonly promised?: Float64Array;
  /** [capacity] for each value: Σ R, where the method has it at hand. */
  readonly totals?: readonly Float64Array[];
  /** `[capacity]`: Σ |R| of the start, likewise. */
  readonly startSizes?: Float64Array;
  /** Books of all batches so far, for methods that hand relevance from layer to layer. */
  conservation?(): ConservationRow[];
}

/**
 * What all methods begin with: values of a batch, a copy of the outputs, and the start made of
 * them.
 */
export interface Opening {
  readonly evaluator: Evaluator;
  readonly outputs: number;
  readonly output: Float64Array;
  readonly selection: Selection;
  begin(x: Float64Array, batch: number, start: Start, from: number): void;
  /** ∂f/∂value for all values at `x`, f = Σ_k c_k y_k with the coefficients as they stand. */
  gradients(x: Float64Array, batch: number): void;
}

export function open({ network, theta, input, capacity }: AttributionProblem): Opening {
  const evaluator = makeEvaluator(withStagedWeights(network), input, capacity);
  const last = network.nodes.length;
  const outputs = size(evaluator.shapes[last]);
  const fresh = (): Float64Array => new Float64Array(capacity * outputs);
  const [output, selection] = [fresh(), { relevance: fresh(), coefficients: fresh() }];
  let held: Float64Array | undefined; // the batch whose values the evaluator has
  return {
    evaluator,
    outputs,
    output,
    selection,
    begin(x, batch, start, from) {
      evaluator.forward(theta, x, batch);
      held = x;
      for (let p = 0; p < batch * outputs; p++) output[p] = evaluator.values[last][p];
      select(start, output, outputs, from, batch, selection);
    },
    gradients(x, batch) {
      if (x !== held) {
        evaluator.forward(theta, x, batch);
        held = undefined;
      }
      for (let p = 0; p < batch * outputs; p++)
        evaluator.gradients[last][p] = selection.coefficients[p];
      evaluator.backward(theta, batch, true);
    },
  };
}

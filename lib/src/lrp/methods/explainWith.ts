import { size } from "../../core/tensor.js";
import { open, type AttributionProblem, type Attributor, type Opening } from "./method.js";

export interface Explained {
  /** [batch, …] */
  readonly x: Float64Array;
  readonly batch: number;
  /** Number of the first sample among all. */
  readonly from: number;
  /** To be written, one buffer for each value that is wanted; length 0 of the others. */
  readonly relevance: readonly Float64Array[];
  /** Entries of one sample of each value; 0 where none are wanted. */
  readonly sizes: readonly number[];
}

/**
 * An attributor for methods that need no rules: `explain` writes relevance, given values, outputs
 * and coefficients of the batch.
 */
export function explainWith(
  problem: AttributionProblem,
  explain: (opening: Opening, explained: Explained) => void,
  promised?: (opening: Opening) => Float64Array,
): Attributor {
  const opening = open(problem);
  const { output, selection, evaluator } = opening;
  const { wanted } = problem;
  const sizes = evaluator.shapes.map((shape, v) => (wanted.includes(v) ? size(shape) : 0));
  const relevance = sizes.map((count) => new Float64Array(count * problem.capacity));
  return {
    output,
    selection,
    relevance,
    ...(promised && { promised: promised(opening) }),
    run(x, batch, start, from) {
      opening.begin(x, batch, start, from);
      explain(opening, { x, batch, from, relevance, sizes });
    },
  };
}

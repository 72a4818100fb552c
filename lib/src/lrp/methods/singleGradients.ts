import { size } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import { makeSingleEvaluator, type SingleEvaluator } from "../../nn/single/graph/evaluator.js";
import { select } from "../propagation/start.js";
import type { AttributionProblem, Attributor } from "./method.js";

/** The evaluator that a network was last explained with. */
const latest = new WeakMap<
  Network,
  { readonly key: string; readonly evaluator: SingleEvaluator }
>();

/**
 * Made once for each network and what is asked of it: a new arena costs an eighth of what 200 jets
 * do. Several attributors may have the same, since a run takes all from it before it ends.
 */
function evaluatorOf({
  network,
  input,
  capacity,
  masks = [],
}: AttributionProblem): SingleEvaluator {
  const key = JSON.stringify([input, capacity, masks.map(({ start, end }) => [start, end])]);
  const kept = latest.get(network);
  if (kept?.key === key) return kept.evaluator;
  const evaluator = makeSingleEvaluator(network, input, capacity, "auto", { without: masks });
  latest.set(network, { key, evaluator });
  return evaluator;
}

/**
 * ∂f/∂x of samples in single precision, or x ∂f/∂x if `times`; the input alone is explained, and
 * masks get nothing.
 */
export function singleGradients(problem: AttributionProblem, times: boolean): Attributor {
  const { theta, input, capacity } = problem;
  const evaluator = evaluatorOf(problem);
  const width = size(input);
  const outputs = size(evaluator.outputShape);
  const fresh = (count: number): Float64Array => new Float64Array(capacity * count);
  const selection = { relevance: fresh(outputs), coefficients: fresh(outputs) };
  const [found, output] = [fresh(width), fresh(outputs)];
  return {
    output,
    selection,
    relevance: [found],
    run(x, batch, start, from) {
      evaluator.forward(theta, x, batch);
      output.set(evaluator.output);
      select(start, output, outputs, from, batch, selection);
      evaluator.outputGradient.set(selection.coefficients);
      evaluator.backward(theta, batch);
      const gradient = evaluator.inputGradient;
      for (let p = 0; p < batch * width; p++) found[p] = times ? gradient[p] * x[p] : gradient[p];
    },
  };
}

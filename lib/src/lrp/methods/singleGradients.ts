import { size } from "../../core/tensor.js";
import { makeSingleEvaluator } from "../../nn/single/graph/evaluator.js";
import { select } from "../propagation/start.js";
import type { AttributionProblem, Attributor } from "./method.js";

/**
 * ∂f/∂x of samples in single precision, or x ∂f/∂x if `times`; the input alone is explained, and
 * masks get nothing.
 */
export function singleGradients(
  { network, theta, input, capacity, masks: without = [] }: AttributionProblem,
  times: boolean,
): Attributor {
  const evaluator = makeSingleEvaluator(network, input, capacity, "auto", { without });
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

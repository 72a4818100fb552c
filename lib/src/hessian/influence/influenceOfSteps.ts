import { tensor, type Tensor } from "../../core/tensor.js";
import { makeRowProducts } from "../../linalg/rowProducts.js";
import type { SampleGradients } from "../../nn/losses/risk.js";
import type { GradientStream } from "./gradientStream.js";
import { partOfRisk } from "./partOfRisk.js";

/**
 * Influence of every training point by steps that were solved for, (w_r/Σ w) sᵀ∇L_r with
 * s = (H + λ1)⁻¹∇L_test, [steps, train]: one pass over the training gradients serves the steps of
 * any number of dampings.
 * @param steps  [steps, P]
 */
export function influenceOfSteps(
  steps: Tensor,
  trainGradients: SampleGradients | GradientStream,
  caller: string,
): Tensor {
  const part = partOfRisk(caller, trainGradients);
  const products = makeRowProducts(steps);
  const [count, train] = [steps.shape[0], trainGradients.shape[0]];
  const result = tensor([count, train]);
  let from = 0;
  for (const rows of "data" in trainGradients ? [trainGradients] : trainGradients.blocks()) {
    const block = products(rows);
    const width = rows.shape[0];
    for (let s = 0; s < count; s++)
      for (let r = 0; r < width; r++)
        result.data[s * train + from + r] = part(block.data[s * width + r], from + r);
    from += width;
  }
  return result;
}

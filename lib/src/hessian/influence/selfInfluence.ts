import { optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { checkResult } from "../../core/arguments/checkResult.js";
import { aDamping, aMatrix } from "../arguments.js";
import type { GradientStream } from "./gradientStream.js";
import { partOfRisk } from "./partOfRisk.js";
import type { SampleGradients } from "../../nn/losses/risk.js";
import { dot, row, type Tensor } from "../../core/tensor.js";
import { squareDimension } from "../../linalg/operator.js";
import { checkGradients } from "../exact/checkGradients.js";
import { checkDamping, type Damping } from "../solvers/damping.js";
import { factorisedSolver } from "../solvers/solver.js";

/**
 * Influence of each training point on its own loss, (1/n) ∇L_rᵀ (H + λ1)⁻¹ ∇L_r: [n]. With weights
 * of samples, w_r/Σ w takes the place of 1/n.
 *
 * How much the loss at the point would rise without it: large where the model holds to a label for
 * that point's sake alone, as with outliers and mislabelled points (Koh and Liang 2017, Sec. 5.4).
 * Never negative, unless the point's weight is.
 *
 * @param hessian         Hessian of the risk at θ̃, [P, P]
 * @param trainGradients  ∇L_r at θ̃ (`perSampleGradients`, or `gradientStream` for a block at a time) of all n
 *   training points, [n, P]
 * @param options.damping  λ of H + λ1, or with a scale (default 0)
 * @throws ShapeError if the gradients do not have P columns, NumericalError if H + λ1 is not
 *   positive definite
 */
export function selfInfluence(
  hessian: Tensor,
  trainGradients: SampleGradients | GradientStream,
  options: { readonly damping?: Damping } = {},
): Float64Array {
  takes("selfInfluence", {
    hessian: [hessian, aMatrix],
    options: [options, record({ damping: optional(aDamping) })],
  });
  const { damping = 0 } = options;
  const P = squareDimension(hessian, "selfInfluence");
  checkDamping(damping, "selfInfluence", P);
  checkGradients("selfInfluence", "trainGradients", trainGradients, P, true);
  const part = partOfRisk("selfInfluence", trainGradients);
  const solver = factorisedSolver(hessian, damping, "selfInfluence");
  const own = new Float64Array(trainGradients.shape[0]);
  let r = 0;
  for (const rows of "data" in trainGradients ? [trainGradients] : trainGradients.blocks()) {
    const { x } = solver.solveMany(rows);
    for (let k = 0; k < rows.shape[0]; k++, r++) own[r] = part(dot(row(rows, k), row(x, k)), r);
  }
  checkResult(own, "selfInfluence");
  return own;
}

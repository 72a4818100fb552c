import { row, tensor, type Tensor } from "../core/tensor.js";
import type { GradientStream } from "../hessian/gradientStream.js";
import { influence } from "../hessian/influence.js";
import type { HessianSolver } from "../hessian/solver.js";

/**
 * Influence with the penalty in the gradients of the points, and linearised RUE without, from one set of solves: since the problem is linear,
 * l2 θ needs one solve more and not one for each point.
 *
 *   I = (1/n) (∇L + l2 θ)ᵀ (H + λ1)⁻¹ ∇L_r,   RUE = Σ_r (J_r − J̄)²,  J_r = (1/n) ∇Lᵀ (H + λ1)⁻¹ ∇L_r     `linearisedUncertainty`
 *
 * @param bare  ∇L of the points without the penalty, [test, P]
 */
export function influenceBySolver(
  solver: HessianSolver, trainGradients: Tensor | GradientStream, bare: Tensor, theta: Float64Array, l2: number,
): { influence: Tensor; uncertainty: Float64Array } {
  const [test, P] = bare.shape;
  const rightHandSides = tensor([l2 === 0 ? test : test + 1, P]);
  rightHandSides.data.set(bare.data);
  if (l2 !== 0) row(rightHandSides, test).set(theta.map((value) => l2 * value));
  const { influence: pairs } = influence(solver, trainGradients, rightHandSides, { relatif: "none" });
  const n = pairs.shape[1];
  const uncertainty = Float64Array.from({ length: test }, (_, t) => {
    const values = row(pairs, t);
    const mean = values.reduce((sum, value) => sum + value / n, 0);
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  });
  const total = tensor([test, n], pairs.data.slice(0, test * n));
  if (l2 !== 0) for (let p = 0; p < test * n; p++) total.data[p] += pairs.data[test * n + (p % n)];
  return { influence: total, uncertainty };
}

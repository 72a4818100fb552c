import type { Tensor } from "../../core/tensor.js";
import type { Damping } from "./damping.js";

/** x ≈ (H + λ1)⁻¹ b with the facts of its making. */
export interface Solution {
  readonly x: Float64Array;
  /** Products with H (or with its batches); 0 for a direct solver. */
  readonly iterations: number;
  /**
   * ‖b − (H + λ1) x‖ / ‖b‖, recomputed with the whole of H; undefined where H itself is not at hand
   * or was factorised.
   */
  readonly relativeResidual: number | undefined;
}

/** Row r of `x` [m, P] belongs to row r of the right-hand sides. */
export interface Solutions {
  readonly x: Tensor;
  /** All of them together. */
  readonly iterations: number;
  /** The largest. */
  readonly relativeResidual: number | undefined;
}

/**
 * (H + λ1)⁻¹ as something to apply. Everything that needs an inverse Hessian takes one of these,
 * however it is made:
 *
 * | maker | H known as | answer | cost of a solve |
 * |---------------------------|---------------------|--------------------------------|---------------------------------|
 * | `exactSolver` | matrix [P, P] | exact to rounding | P², after P³/3 once |
 * | `conjugateGradientSolver` | products | to a tolerance that is checked | some ten to some
 * hundred products |
 * | `lissaSolver` | products of batches | noisy, its residual is checked | depth × repetitions
 * batches |
 * | `kroneckerSolver` | Kronecker factors | that of an approximate H | less than one product |
 */
export interface HessianSolver {
  /** For reports: "Cholesky", "conjugate gradients", "LiSSA", "EK-FAC". */
  readonly method: string;
  /** P. */
  readonly dimension: number;
  /** λ, or λ with the scale that it was made with. */
  readonly damping: Damping;
  solve(b: Float64Array): Solution;
  solveMany(rightHandSides: Tensor): Solutions;
}

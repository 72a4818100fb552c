/**
 * Where an audit draws its lines, and why there. Each pair reads: pass up to the first, caution up
 * to the second, fail beyond (for quantities that should be large: pass from the first on, caution
 * from the second on, fail below).
 */
export const auditThresholds = {
  /**
   * n|∇ℜ| / mean|∇L_r|: removing a point changes ∇ℜ by |∇L_r|/n, so above 1 further training moves
   * the network more than the removal of a point does, and plain retraining measures mostly that.
   */
  drift: [0.1, 1],
  /**
   * Spearman correlation of influence with itself at half or twice the margin. Below .9 one has to
   * say which damping was used.
   */
  dampingRank: [0.9, 0],
  /** Share of the five most influential points that stay so at half or twice the margin. */
  dampingTop: [0.6, 0],
  /**
   * ‖(H + λ1)x − b‖/‖b‖: ranks survive 1e-4; a Cholesky solve should leave 1e-8 or less at any
   * condition number met in practice.
   */
  residual: [1e-8, 1e-4],
  /**
   * |∇F| left after the step that influence predicts, relative to before: 0 if the Hessian holds
   * over the whole step. At 1 and above the predicted step solves nothing: activation patterns
   * switch on the way, or the removal is too large. Beyond this: caution.
   */
  remaining: 0.5,
  /** Spearman correlation of influence with the proximal response, median over test points. */
  response: [0.9, 0.7],
} as const;

/**
 * An eigenvalue is called flat if the damping outweighs it a hundredfold: such a direction is known
 * by the damping alone.
 */
export const FLAT = 0.01;

/**
 * (λ + E₀)/λ below this is said aloud: the softest direction is then amplified more than ten times
 * as much as a flat one, and the ranking is that direction's.
 */
export const SOFT = 0.1;

import { count, optional, positive, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { anOperator } from "../arguments.js";
import { NotConvergedError, NumericalError } from "../../core/errors.js";
import { conjugateGradient } from "../../linalg/conjugateGradient.js";
import { damped, type SymmetricOperator } from "../../linalg/operator.js";
import type { SymmetricEigen } from "../../linalg/symmetricEigen.js";
import { checkDamping, type Damping } from "./damping.js";
import { frameOf, operatorInFrame, solverFromFrame, timesRoots } from "./dampingFrame.js";
import { spectralPreconditioner } from "./spectralPreconditioner.js";
import { oneByOne, type HessianSolver, type Solution } from "./solver.js";
import { extremeEigenvalues } from "../spectrum/extremeEigenvalues.js";

/** Options of `conjugateGradientSolver`. */
export interface ConjugateGradientSolverOptions {
  /** λ, or λ with a scale m (default 0). */
  readonly damping?: Damping;
  /** ‖b − (H + λ1) x‖ ≤ tolerance ‖b‖ (default 1e-10). */
  readonly tolerance?: number;
  /** Products for one right-hand side (default 10 P, at most 2000). */
  readonly maxIterations?: number;
  /**
   * Approximate inverse of the damped Hessian, positive definite: r ↦ M⁻¹ r, e.g.
   * `kroneckerCurvature(…).inverse(λ)`, or eigenpairs of its upper end, `spectrum(hessian, {
   * leading: k })`, of which `spectralPreconditioner` makes one; with a damping of a scale,
   * eigenpairs of H_pq/√(m_p m_q) (default none).
   */
  readonly preconditioner?: ((residual: Float64Array) => Float64Array) | SymmetricEigen;
}

const MOST_ITERATIONS = 2000;
const caller = "conjugateGradientSolver";

/**
 * (H + λ1)⁻¹ by conjugate gradients, from products with H alone: memory a few P, one product an
 * iteration.
 *
 * The number of iterations grows as √κ, κ = (λ_max + λ)/(λ_min + λ), less where few eigenvalues
 * stand out, as in a trained network. A preconditioner changes the way, not the answer.
 *
 * H + λ1 must be positive definite. Conjugate gradients notice a negative direction only if they
 * meet it: for a network far from a minimum look at the lowest eigenvalue first (`lanczos`), or use
 * `gaussNewton`, which has none.
 *
 * With a damping of a scale m the iterations run on H_pq/√(m_p m_q), and residuals are measured
 * there.
 *
 * Solutions are checked against the true residual; each error says which damping to try.
 * @throws NumericalError    at a direction of negative curvature
 * @throws NotConvergedError if the tolerance is not reached, with relativeResidual, iterations and
 *   damping in `details`
 */
export function conjugateGradientSolver(
  hessian: SymmetricOperator,
  options: ConjugateGradientSolverOptions = {},
): HessianSolver {
  takes(caller, {
    hessian: [hessian, anOperator],
    options: [
      options,
      record({ tolerance: optional(positive), maxIterations: optional(count(1)) }),
    ],
  });
  const { dimension } = hessian;
  const { damping = 0 } = options;
  checkDamping(damping, caller, dimension);
  if (typeof damping === "number") return plainSolver(hessian, damping, options);
  const frame = frameOf(damping);
  const { preconditioner } = options;
  const inner = plainSolver(operatorInFrame(frame, hessian), frame.lambda, {
    ...options,
    preconditioner:
      typeof preconditioner === "function"
        ? (r) => timesRoots(frame, preconditioner(timesRoots(frame, r)))
        : preconditioner,
  });
  return solverFromFrame(frame, inner, damping);
}

function plainSolver(
  hessian: SymmetricOperator,
  damping: number,
  options: ConjugateGradientSolverOptions,
): HessianSolver {
  const { dimension } = hessian;
  const {
    tolerance = 1e-10,
    maxIterations = Math.min(10 * dimension, MOST_ITERATIONS),
    preconditioner: given,
  } = options;
  const preconditioner =
    given === undefined || typeof given === "function"
      ? given
      : spectralPreconditioner(given, { damping });
  const operator = damped(hessian, { damping });
  const solve = (b: Float64Array): Solution => {
    try {
      return conjugateGradient(operator, b, { tolerance, maxIterations, preconditioner });
    } catch (error) {
      if (error instanceof NotConvergedError)
        throw notConverged(error, hessian, damping, tolerance, maxIterations);
      if (error instanceof NumericalError && typeof error.details.damping === "number") {
        const enough = damping + error.details.damping; // what was found lacking comes on top
        throw new NumericalError(
          `${caller}: curvature ${(error.details.curvature as number).toExponential(2)} along a search direction with damping ${damping}; ` +
            `the damped Hessian is not positive definite. Use a damping λ > ${enough.toPrecision(3)}, or the Gauss-Newton operator.`,
          { ...error.details, damping: enough },
        );
      }
      throw error;
    }
  };
  return {
    method: "conjugate gradients",
    dimension,
    damping,
    solve,
    solveMany: oneByOne(dimension, solve, caller),
  };
}

function notConverged(
  error: NotConvergedError,
  hessian: SymmetricOperator,
  damping: number,
  tolerance: number,
  maxIterations: number,
): NotConvergedError {
  const { relativeResidual, iterations } = error.details as {
    relativeResidual: number;
    iterations: number;
  };
  const [lowest, highest] = extremeEigenvalues(hessian);
  const fact =
    `conjugateGradientSolver: relative residual ${relativeResidual.toExponential(2)} after ${iterations} iterations with damping ${damping}, ` +
    `${tolerance.toExponential(0)} asked for.`;
  if (iterations < maxIterations) {
    // no progress: rounding of the products, εκ
    const enough = Math.max(10 * damping, (10 * Number.EPSILON * highest) / tolerance);
    return new NotConvergedError(
      `${fact} Rounding leaves no less. Loosen the tolerance to ${(2 * relativeResidual).toExponential(0)}, or try a damping of ${enough.toPrecision(3)}.`,
      { relativeResidual, iterations, damping: enough },
    );
  }
  const enough = sufficientDamping(lowest, highest, tolerance, maxIterations);
  return new NotConvergedError(
    `${fact} Try a damping of ${enough.toPrecision(3)}, for which ${maxIterations} iterations are enough, a preconditioner, or more iterations.`,
    { relativeResidual, iterations, damping: enough },
  );
}

/**
 * The damping at which the bound ‖r_k‖ ≤ 2√κ ((√κ − 1)/(√κ + 1))^k ‖b‖ promises the tolerance after
 * `iterations` steps. The condition number allowed is found by bisection; then (λ_max + λ)/(λ_min +
 * λ) = κ.
 */
function sufficientDamping(
  lowest: number,
  highest: number,
  tolerance: number,
  iterations: number,
): number {
  const reached = (root: number): boolean =>
    Math.log(2 * root) + iterations * Math.log((root - 1) / (root + 1)) <= Math.log(tolerance);
  let [good, bad] = [1, 1e8]; // √κ
  for (let halving = 0; halving < 60; halving++) {
    const middle = Math.sqrt(good * bad);
    if (reached(middle)) good = middle;
    else bad = middle;
  }
  const kappa = Math.max(good * good, 1 + 1e-6);
  return Math.max(0, (highest - kappa * lowest) / (kappa - 1)) * 1.01;
}

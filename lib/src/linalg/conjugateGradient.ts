import { NotConvergedError, NumericalError, ShapeError } from "../core/errors.js";
import { axpy, checkFinite, dot, norm } from "../core/tensor.js";
import { lanczos } from "./lanczos.js";
import type { SymmetricOperator } from "./operator.js";

/** When conjugate gradients stop. */
export interface ConjugateGradientOptions {
  /** Stop at ‖b − A x‖ ≤ tolerance ‖b‖; 1e-10 by default. */
  readonly tolerance?: number;
  /**
   * Ten times the dimension by default: rounding may ask for more steps than exact arithmetic
   * would.
   */
  readonly maxIterations?: number;
  /** An approximate inverse of A, positive definite: r ↦ M⁻¹ r. */
  readonly preconditioner?: (residual: Float64Array) => Float64Array;
  /** Start vector; 0 by default. */
  readonly start?: Float64Array;
}

/**
 * A solution with the facts of its convergence; `relativeResidual` is the true ‖b − A x‖ / ‖b‖,
 * recomputed at the end.
 */
export interface ConjugateGradientSolution {
  readonly x: Float64Array;
  readonly iterations: number;
  readonly relativeResidual: number;
}

/**
 * x with A x = b for a positive definite operator, by (preconditioned) conjugate gradients
 * (Hestenes and Stiefel 1952). For b = 0 the answer is 0 in no iterations.
 *
 * @throws NumericalError at a direction of negative curvature, with a damping that would remove it;
 *   or if b or A v holds NaN or ±∞
 * @throws NotConvergedError with residual and iterations if the tolerance is not reached
 */
export function conjugateGradient(
  operator: SymmetricOperator,
  b: Float64Array,
  options: ConjugateGradientOptions = {},
): ConjugateGradientSolution {
  const { tolerance = 1e-10, maxIterations = 10 * operator.dimension, preconditioner } = options;
  const n = operator.dimension;
  if (b.length !== n) {
    throw new ShapeError(
      `conjugateGradient: the operator has dimension ${n}, the right-hand side ${b.length} entries. They must agree.`,
    );
  }
  checkFinite(b, "conjugateGradient, right-hand side");
  const x = options.start ? options.start.slice() : new Float64Array(n);
  const scale = norm(b);
  if (scale === 0) return { x: new Float64Array(n), iterations: 0, relativeResidual: 0 };

  let iterations = 0;
  let before = Infinity;
  // The recurrence for the residual drifts from the truth; where it claims success and the truth
  // differs, start again from x
  for (;;) {
    const residual = b.slice();
    if (iterations > 0 || options.start) axpy(-1, operator.apply(x), residual);
    const actual = norm(residual);
    if (actual <= tolerance * scale) return { x, iterations, relativeResidual: actual / scale };
    if (iterations >= maxIterations || actual > 0.5 * before) {
      throw new NotConvergedError(
        `conjugateGradient: relative residual ${(actual / scale).toExponential(2)} after ${iterations} iterations, ` +
          `${tolerance.toExponential(0)} asked for. Allow more iterations, raise the damping, or pass a preconditioner.`,
        { relativeResidual: actual / scale, iterations },
      );
    }
    before = actual;
    iterations = descend(
      operator,
      x,
      residual,
      tolerance * scale,
      iterations,
      maxIterations,
      preconditioner,
    );
  }
}

/**
 * Steps of conjugate gradients from x, whose residual is given, until the recurrence reaches the
 * target; both are updated in place.
 */
function descend(
  operator: SymmetricOperator,
  x: Float64Array,
  residual: Float64Array,
  target: number,
  done: number,
  maxIterations: number,
  preconditioner: ((residual: Float64Array) => Float64Array) | undefined,
): number {
  let z = preconditioner ? preconditioner(residual) : residual;
  const direction = z.slice();
  let rho = dot(residual, z);
  let iterations = done;
  while (norm(residual) > target && iterations < maxIterations) {
    const image = operator.apply(direction);
    const curvature = dot(direction, image);
    if (!(curvature > 0))
      throw curvatureError(operator, curvature / dot(direction, direction), iterations);
    const step = rho / curvature;
    axpy(step, direction, x);
    axpy(-step, image, residual);
    z = preconditioner ? preconditioner(residual) : residual;
    const next = dot(residual, z);
    for (let i = 0; i < direction.length; i++) direction[i] = z[i] + (next / rho) * direction[i];
    rho = next;
    iterations++;
  }
  return iterations;
}

/**
 * The lowest eigenvalue, not only the curvature met, decides which damping would do: a short
 * Lanczos run bounds it.
 */
function curvatureError(
  operator: SymmetricOperator,
  curvature: number,
  iteration: number,
): NumericalError {
  if (!Number.isFinite(curvature)) {
    return new NumericalError(
      `conjugateGradient: curvature is ${curvature} in iteration ${iteration}. The operator must map finite vectors to finite vectors.`,
    );
  }
  const { values, residuals } = lanczos(operator, { tolerance: 1e-3, maxSteps: 60, partial: true });
  const damping = Math.max(-curvature, residuals[0] - values[0]);
  return new NumericalError(
    `conjugateGradient: curvature ${curvature.toExponential(2)} along a search direction; the operator is not positive definite. ` +
      `Use damped(operator, { damping }) with a damping > ${damping.toPrecision(3)}.`,
    { curvature, iteration, damping },
  );
}

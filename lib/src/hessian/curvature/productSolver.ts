import { NotConvergedError } from "../../core/errors.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import type { SymmetricEigen } from "../../linalg/symmetricEigen.js";
import { spectrum } from "../influence/extrapolation.js";
import { conjugateGradientSolver } from "../solvers/conjugateGradientSolver.js";
import type { ScaledDamping } from "../solvers/damping.js";
import { frameOf, operatorInFrame } from "../solvers/dampingFrame.js";
import { RELATIVE_MARGIN } from "../solvers/relativeDamping.js";
import type { HessianSolver } from "../solvers/solver.js";
import { lowestBound } from "../spectrum/extremeEigenvalues.js";

/** Ranks of influences survive a relative residual of 1e-4; a digit is kept in hand. */
const TOLERANCE = 1e-5;

/** Eigenpairs that speed up the solves. */
export const PRECONDITIONING = 24;

/** Products before the first solve, as far as is known before. */
const PREPARATION = 400;

/**
 * Conjugate gradients on the Hessian in the frame of a damping. The few eigenvalues far above the
 * rest are what takes them long: of those the largest pairs make a preconditioner.
 */
export function productSolver(
  operator: SymmetricOperator,
  lambda: number,
  known: SymmetricEigen | undefined,
): HessianSolver {
  const preconditioner = known && known.values[0] + lambda > 0 ? known : undefined;
  return conjugateGradientSolver(operator, {
    damping: lambda,
    tolerance: TOLERANCE,
    preconditioner,
  });
}

/**
 * `relativeDamping` with a bound on the lowest eigenvalue instead of the eigenvalue.
 * @param steps  products for the bound (default 40)
 */
export function relativeByProducts(
  operator: SymmetricOperator,
  scale: Float64Array,
  steps?: number,
): ScaledDamping {
  const lowest = lowestBound(operatorInFrame(frameOf({ lambda: 0, scale }), operator), steps);
  return { lambda: Math.max(0, -lowest) + RELATIVE_MARGIN, scale };
}

/** The largest eigenpairs. Scores are left out rather than everything else with them. */
export function leadingPairs(
  operator: SymmetricOperator,
  count: number,
): SymmetricEigen | undefined {
  try {
    return spectrum(operator, { leading: count, tolerance: 1e-3 });
  } catch (error) {
    if (error instanceof NotConvergedError) return undefined;
    throw error;
  }
}

/** Products with an operator, told while they prepare the solves. */
export function toldOperator(
  { dimension, apply }: SymmetricOperator,
  told: (done: number, total: number) => void,
): SymmetricOperator {
  let done = 0;
  return {
    dimension,
    apply(v) {
      if (done < PREPARATION) told(++done, PREPARATION);
      return apply(v);
    },
  };
}

import { lanczos } from "../../linalg/lanczos.js";
import type { SymmetricOperator } from "../../linalg/operator.js";

/**
 * Enough for the ends of a network's spectrum to one part in a hundred, which advice in an error
 * message needs.
 */
const STEPS = 40;
const TOLERANCE = 1e-3;

/**
 * Bounds on [lowest, highest] eigenvalue from a short Lanczos run each: Ritz values moved outwards
 * by their residuals.
 */
export function extremeEigenvalues(
  operator: SymmetricOperator,
  steps: number = STEPS,
): [number, number] {
  const options = { tolerance: TOLERANCE, maxSteps: steps, partial: true };
  const highest = lanczos(operator, { ...options, which: "highest" });
  return [lowestBound(operator, steps), highest.values[0] + highest.residuals[0]];
}

/** The first of them alone. */
export function lowestBound(operator: SymmetricOperator, steps: number = STEPS): number {
  const lowest = lanczos(operator, { tolerance: TOLERANCE, maxSteps: steps, partial: true });
  return lowest.values[0] - lowest.residuals[0];
}

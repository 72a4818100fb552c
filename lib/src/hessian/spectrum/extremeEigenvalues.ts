import { lanczos } from "../../linalg/lanczos.js";
import type { SymmetricOperator } from "../../linalg/operator.js";

/**
 * Enough for the ends of a network's spectrum to one part in a hundred, which advice in an error
 * message needs.
 */
const STEPS = 40;

/**
 * Bounds on [lowest, highest] eigenvalue from a short Lanczos run each: Ritz values moved outwards
 * by their residuals.
 */
export function extremeEigenvalues(operator: SymmetricOperator): [number, number] {
  const options = { tolerance: 1e-3, maxSteps: STEPS, partial: true };
  const lowest = lanczos(operator, options);
  const highest = lanczos(operator, { ...options, which: "highest" });
  return [lowest.values[0] - lowest.residuals[0], highest.values[0] + highest.residuals[0]];
}

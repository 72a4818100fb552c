import { axpy, norm, row, type Tensor } from "../../core/tensor.js";
import { damped, denseOperator } from "../../linalg/operator.js";
import type { SolvesAudit } from "./auditReport.js";
import { auditThresholds } from "./auditThresholds.js";
import type { HessianSolver } from "../solvers/solver.js";
import { upTo } from "./verdict.js";

/**
 * True residuals ‖(H + λ1)x − b‖/‖b‖ of the solver, for every row of the right-hand sides [m, P]
 * that is not zero. All are in the frame of the damping, where λ is a number.
 */
export function auditSolves(
  hessian: Tensor,
  lambda: number,
  solver: HessianSolver,
  rightHandSides: Tensor,
): SolvesAudit {
  const operator = damped(denseOperator(hessian), { damping: lambda });
  const { x } = solver.solveMany(rightHandSides);
  let residual = 0;
  let count = 0;
  for (let r = 0; r < x.shape[0]; r++) {
    const b = row(rightHandSides, r);
    const size = norm(b);
    if (size === 0) continue;
    const image = operator.apply(row(x, r));
    axpy(-1, b, image);
    residual = Math.max(residual, norm(image) / size);
    count++;
  }
  return { verdict: upTo(residual, auditThresholds.residual), residual, count };
}

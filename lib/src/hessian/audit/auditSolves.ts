import { axpy, norm, row, type Tensor } from "../../core/tensor.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import type { SolvesAudit } from "./auditReport.js";
import { auditThresholds } from "./auditThresholds.js";
import type { HessianSolver } from "../solvers/solver.js";
import { upTo } from "./verdict.js";

/**
 * True residuals ‖(H + λ1)x − b‖/‖b‖ of the solver, for every row of the right-hand sides [m, P]
 * that is not zero. All are in the frame of the damping, where λ is a number.
 *
 * Of Kronecker factors they say how far these are from H: reported, and a caution at best. Whether
 * ranks survive it the response shows.
 * @param operator  products with H
 */
export function auditSolves(
  operator: SymmetricOperator,
  lambda: number,
  solver: HessianSolver,
  rightHandSides: Tensor,
  approximate: boolean,
): SolvesAudit {
  const { x } = solver.solveMany(rightHandSides);
  let residual = 0;
  let count = 0;
  for (let r = 0; r < x.shape[0]; r++) {
    const b = row(rightHandSides, r);
    const size = norm(b);
    if (size === 0) continue;
    const image = operator.apply(row(x, r));
    axpy(lambda, row(x, r), image);
    axpy(-1, b, image);
    residual = Math.max(residual, norm(image) / size);
    count++;
  }
  const exact = upTo(residual, auditThresholds.residual);
  return {
    verdict: approximate && exact === "fail" ? "caution" : exact,
    residual,
    count,
    approximate,
  };
}

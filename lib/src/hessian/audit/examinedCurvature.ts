import type { Tensor } from "../../core/tensor.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import type { Damping } from "../solvers/damping.js";
import type { DampingFrame } from "../solvers/dampingFrame.js";
import type { HessianSolver } from "../solvers/solver.js";
import type { SpectrumAudit } from "./auditReport.js";
import type { FramedGradients } from "./framedGradients.js";

/** The curvature under examination, in the frame of its damping unless it says otherwise. */
export interface ExaminedCurvature {
  readonly damping: Damping;
  readonly frame: DampingFrame;
  readonly spectrum: SpectrumAudit;
  /** (H + λ1)⁻¹. */
  solverAt(lambda: number): HessianSolver;
  /** Products with H itself, whatever solves. */
  readonly operator: SymmetricOperator;
  /** Whether what solves is an approximation of H. */
  readonly approximate: boolean;
  /** Self-influence of all training points, or an estimate of it, [n]. */
  ownInfluences(gradients: FramedGradients): Promise<Float64Array>;
  /** For influence and its removals, not in the frame. */
  readonly hessian: Tensor | HessianSolver;
  /** What makes the steps of removals short, if not `hessian`. */
  readonly preconditioner?: HessianSolver;
}

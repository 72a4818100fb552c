import type { LongRun } from "../../core/tasks/longRun.js";
import { dot, row, tensor, type Tensor } from "../../core/tensor.js";
import { denseOperator } from "../../linalg/operator.js";
import { symmetricEigenvalues } from "../../linalg/symmetricEigen.js";
import type { Network } from "../../nn/network/network.js";
import { partOfRisk } from "../influence/partOfRisk.js";
import type { Damping } from "../solvers/damping.js";
import { frameOf, hessianInFrame } from "../solvers/dampingFrame.js";
import { inspected } from "../solvers/relativeDamping.js";
import { factorisedSolver, type HessianSolver } from "../solvers/solver.js";
import { auditSpectrum } from "./auditSpectrum.js";
import type { ExaminedCurvature } from "./examinedCurvature.js";
import { blocksOf, type FramedGradients } from "./framedGradients.js";

/** The Hessian of which there is the matrix. */
export function examinedMatrix(
  network: Network,
  hessian: Tensor,
  given: Damping | undefined,
  run: LongRun,
): ExaminedCurvature {
  const { damping, curvature, values } =
    given === undefined ? inspected(network, hessian) : inFrame(hessian, given);
  const frame = frameOf(damping);
  const solverAt = (lambda: number): HessianSolver => factorisedSolver(curvature, lambda, "audit");
  return {
    damping,
    frame,
    spectrum: auditSpectrum(values, damping),
    solverAt,
    operator: denseOperator(curvature),
    approximate: false,
    ownInfluences: (gradients) => ownInfluences(solverAt(frame.lambda), gradients, run),
    hessian,
  };
}

/** The Hessian in the frame of a damping, with its eigenvalues. */
function inFrame(
  hessian: Tensor,
  damping: Damping,
): { damping: Damping; curvature: Tensor; values: Float64Array } {
  const curvature = hessianInFrame(frameOf(damping), hessian);
  return { damping, curvature, values: symmetricEigenvalues(curvature) };
}

/** Rows solved for at a time. */
const BLOCK = 256;

/** `selfInfluence` of all points, with a solver that is at hand: [n]. */
async function ownInfluences(
  solver: HessianSolver,
  gradients: FramedGradients,
  run: LongRun,
): Promise<Float64Array> {
  const part = partOfRisk("audit", gradients);
  const own = new Float64Array(gradients.shape[0]);
  let at = 0;
  for (const rows of blocksOf(gradients)) {
    const [count, P] = rows.shape;
    for (let from = 0; from < count; from += BLOCK) {
      await run.pause();
      const width = Math.min(BLOCK, count - from);
      const block = tensor([width, P], rows.data.subarray(from * P, (from + width) * P));
      const { x } = solver.solveMany(block);
      for (let r = 0; r < width; r++, at++) own[at] = part(dot(row(block, r), row(x, r)), at);
    }
  }
  return own;
}

import type { LongRun } from "../../core/tasks/longRun.js";
import type { Rng } from "../../core/random/rng.js";
import type { CurvatureProblem } from "../curvature/headProblem.js";
import { costOfFactors } from "../curvature/costOfFactors.js";
import { inPieces } from "../curvature/inPieces.js";
import {
  leadingPairs,
  PRECONDITIONING,
  productSolver,
  relativeByProducts,
  toldOperator,
} from "../curvature/productSolver.js";
import { gaussNewtonDiagonal } from "../exact/gaussNewtonDiagonal.js";
import { kroneckerSolver } from "../exact/kroneckerCurvature.js";
import { kroneckerSteps, type FactoredCurvature } from "../exact/kroneckerSteps.js";
import { riskHessian } from "../exact/operator.js";
import { parameterScale } from "../exact/parameterScale.js";
import { frameOf, operatorInFrame, solverFromFrame } from "../solvers/dampingFrame.js";
import type { Damping } from "../solvers/damping.js";
import { extremeEigenvalues } from "../spectrum/extremeEigenvalues.js";
import type { RiskOptions } from "../../nn/losses/risk.js";
import { boundedSpectrum } from "./auditSpectrum.js";
import type { ExaminedCurvature } from "./examinedCurvature.js";
import { probedInfluences } from "./probedInfluences.js";

/**
 * The Hessian by its products, solved by conjugate gradients. Points are drawn, and removals made
 * short, by Kronecker factors where the network has them: neither changes a result.
 */
export async function examinedProducts(
  problem: CurvatureProblem,
  risk: RiskOptions,
  given: Damping | undefined,
  rng: Rng,
  run: LongRun,
): Promise<ExaminedCurvature> {
  const { network, theta, training } = problem;
  const P = network.parameterCount;
  const plain = riskHessian(network, theta, training, risk);
  const operator = toldOperator(plain, run.part("products").onDone);
  const scaleOf = (): Float64Array =>
    parameterScale(network, gaussNewtonDiagonal(network, theta, training, risk));
  const damping = given ?? relativeByProducts(operator, scaleOf());
  const frame = frameOf(damping);
  const scaled = operatorInFrame(frame, operator);
  await run.pause();
  const ends = extremeEigenvalues(scaled);
  await run.pause();
  const known = leadingPairs(scaled, Math.min(P, PRECONDITIONING));
  const factors = await factorsOf(problem, risk, damping, run);
  const solverAt = (lambda: number): ReturnType<ExaminedCurvature["solverAt"]> =>
    productSolver(scaled, lambda, known);
  return {
    damping,
    frame,
    spectrum: boundedSpectrum(ends, damping),
    solverAt,
    operator: scaled,
    approximate: false,
    ownInfluences: (gradients) =>
      probedInfluences(factors?.inverseRoot(frame.lambda) ?? ((v) => v), P, gradients, rng, run),
    hessian: solverFromFrame(frame, solverAt(frame.lambda), damping),
    preconditioner: factors && kroneckerSolver(factors, { damping }),
  };
}

/** undefined for a network without them, or a damping in whose frame there are none. */
async function factorsOf(
  { network, theta, training }: CurvatureProblem,
  risk: RiskOptions,
  damping: Damping,
  run: LongRun,
): Promise<FactoredCurvature | undefined> {
  const sample = training.x.shape.slice(1);
  const scale = typeof damping === "number" ? undefined : damping.scale;
  const negative = training.weights && Array.from(training.weights).some((weight) => weight < 0);
  if (typeof costOfFactors(network, sample) === "string" || negative) return undefined;
  return inPieces(run, kroneckerSteps(network, theta, training, risk, { scale }));
}

import type { LongRun } from "../../core/tasks/longRun.js";
import type { Rng } from "../../core/random/rng.js";
import { BOUND_STEPS, factoredDamping } from "../curvature/factoredDamping.js";
import type { CurvatureProblem } from "../curvature/headProblem.js";
import { inPieces } from "../curvature/inPieces.js";
import { kroneckerSolver } from "../exact/kroneckerCurvature.js";
import { kroneckerSteps, type FactoredCurvature } from "../exact/kroneckerSteps.js";
import { riskHessian } from "../exact/operator.js";
import { frameOf, operatorInFrame, type DampingFrame } from "../solvers/dampingFrame.js";
import type { Damping } from "../solvers/damping.js";
import { oneByOne, type HessianSolver, type Solution } from "../solvers/solver.js";
import { extremeEigenvalues } from "../spectrum/extremeEigenvalues.js";
import type { RiskOptions } from "../../nn/losses/risk.js";
import { boundedSpectrum } from "./auditSpectrum.js";
import type { ExaminedCurvature } from "./examinedCurvature.js";
import { probedInfluences } from "./probedInfluences.js";

/** Kronecker factors in the place of the Hessian, held against products with it. */
export async function examinedFactors(
  { network, theta, training }: CurvatureProblem,
  risk: RiskOptions,
  given: Damping | undefined,
  rng: Rng,
  run: LongRun,
): Promise<ExaminedCurvature> {
  const damping = given ?? factoredDamping(network, theta, training, risk);
  const frame = frameOf(damping);
  const operator = operatorInFrame(frame, riskHessian(network, theta, training, risk));
  await run.pause();
  const ends = extremeEigenvalues(operator, BOUND_STEPS);
  const own = typeof damping === "number" ? undefined : damping.scale;
  const { onDone } = run.part("Kronecker factors");
  const factors = await inPieces(
    run,
    kroneckerSteps(network, theta, training, risk, { scale: own, onDone }),
  );
  return {
    damping,
    frame,
    spectrum: boundedSpectrum(ends, damping, factors.eigenvalues()),
    solverAt: (lambda) => framedSolver(factors, frame, own, lambda),
    operator,
    approximate: true,
    ownInfluences: (gradients) =>
      probedInfluences(
        factors.inverseRoot(frame.lambda),
        network.parameterCount,
        gradients,
        rng,
        run,
      ),
    hessian: kroneckerSolver(factors, { damping }),
  };
}

/** (Ĥ + λ1)⁻¹ in the frame, in which `inverse` is not. */
function framedSolver(
  factors: FactoredCurvature,
  { roots }: DampingFrame,
  scale: Float64Array | undefined,
  lambda: number,
): HessianSolver {
  const inverse = factors.inverse(scale ? { lambda, scale } : lambda);
  const times = (v: Float64Array): Float64Array => (roots ? v.map((x, p) => x * roots[p]) : v);
  const solve = (b: Float64Array): Solution => ({
    x: times(inverse(times(b))),
    iterations: 0,
    relativeResidual: undefined,
  });
  const { method, dimension } = factors;
  return {
    method,
    dimension,
    damping: lambda,
    solve,
    solveMany: oneByOne(dimension, solve, "audit"),
  };
}

import type { LongRun } from "../core/tasks/longRun.js";
import type { Tensor } from "../core/tensor.js";
import type { CurvatureChoice, CurvatureChoiceOptions } from "../hessian/curvature/choice.js";
import type { CurvatureFacts } from "../hessian/curvature/curvatureFacts.js";
import { factoredDamping } from "../hessian/curvature/factoredDamping.js";
import type { CurvatureProblem } from "../hessian/curvature/headProblem.js";
import { inPieces } from "../hessian/curvature/inPieces.js";
import {
  leadingPairs,
  PRECONDITIONING,
  productSolver,
  relativeByProducts,
  toldOperator,
} from "../hessian/curvature/productSolver.js";
import { kroneckerSolver } from "../hessian/exact/kroneckerCurvature.js";
import { kroneckerSteps, type FactoredCurvature } from "../hessian/exact/kroneckerSteps.js";
import type { Damping } from "../hessian/solvers/damping.js";
import { frameOf, operatorInFrame, solverFromFrame } from "../hessian/solvers/dampingFrame.js";
import { determinedDirections, spectrum } from "../hessian/influence/extrapolation.js";
import { extremeEigenvalues } from "../hessian/spectrum/extremeEigenvalues.js";
import { gaussNewtonDiagonal } from "../hessian/exact/gaussNewtonDiagonal.js";
import { riskHessian } from "../hessian/exact/operator.js";
import { parallelHessian } from "../hessian/exact/parallelHessian.js";
import { parameterScale } from "../hessian/exact/parameterScale.js";
import { relativeDamping } from "../hessian/solvers/relativeDamping.js";
import type { HessianSolver } from "../hessian/solvers/solver.js";
import type { SymmetricEigen } from "../linalg/symmetricEigen.js";
import type { RiskOptions } from "../nn/losses/risk.js";

/** Options of the curvature behind influence and uncertainty. */
export interface CurvatureOptions extends CurvatureChoiceOptions {
  /**
   * Default `relativeDamping`; without the matrix the Gauss-Newton diagonal takes the place of its
   * diagonal, and a bound that of the lowest eigenvalue.
   */
  readonly damping?: Damping;
  /**
   * m, the number of directions taken as determined (default: those to which the data give a
   * hundredth of the largest curvature or more; 12 without the matrix).
   */
  readonly directions?: number;
  /** Most parameters for which the matrix itself is made (default 1500). */
  readonly exactLimit?: number;
  /** Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
  /**
   * Told how far the part is that takes longest; without it a notebook shows a line of progress.
   */
  readonly onDone?: (done: number, total: number) => void;
}

/** The Hessian of the risk, or of the head's: how it is known, and what it looks like. */
export interface Curvature extends CurvatureFacts {
  /** Whether there is a matrix. */
  readonly exact: boolean;
  readonly damping: Damping;
  /**
   * Lowest and largest eigenvalue of H, or of its Kronecker factors; bounds on them where there are
   * products alone.
   */
  readonly extremes: readonly [number, number];
  /** [P, P], if exact. */
  readonly hessian: Tensor | undefined;
  /** What applies the inverse, if not exact. */
  readonly solver: HessianSolver | undefined;
  /** All eigenpairs, or those with the largest eigenvalues; undefined if they were not found. */
  readonly eigen: SymmetricEigen | undefined;
  readonly directions: number;
}

/** What there is besides the facts. */
type Made = Omit<Curvature, keyof CurvatureFacts>;

/**
 * Of the largest eigenvalue, both without what the penalty adds to all: directions above are taken
 * as determined by the training data.
 */
const DETERMINED = 0.01;
/** m of Dawid et al. 2021, Fig. 5. */
const PAPER_DIRECTIONS = 12;

/**
 * The curvature of the problem that a choice is about. Between its parts it hands back to the event
 * loop.
 */
export function curvature(
  choice: CurvatureChoice,
  problem: CurvatureProblem,
  risk: RiskOptions,
  options: CurvatureOptions,
  run: LongRun,
): Promise<Made> {
  if (choice.name === "ekfac") return factored(problem, risk, options, run);
  return choice.name === "cg"
    ? byProducts(problem, risk, options, run)
    : asMatrix(problem, risk, options, run);
}

async function asMatrix(
  { network, theta, training }: CurvatureProblem,
  { loss, l2 = 0 }: RiskOptions,
  { damping, directions, jobs, onDone }: CurvatureOptions,
  run: LongRun,
): Promise<Made> {
  const P = network.parameterCount;
  const shown = { ...run.part("Hessian"), ...(onDone && { onDone }) };
  const hessian = await parallelHessian(network, theta, training, { loss, l2, jobs, ...shown });
  await run.pause();
  const eigen = spectrum(hessian);
  const extremes = [eigen.values[0], eigen.values[P - 1]] as const;
  return {
    exact: true,
    damping: damping ?? relativeDamping(network, hessian),
    extremes,
    hessian,
    solver: undefined,
    eigen,
    directions:
      directions ?? Math.min(P, determinedDirections(eigen, l2 + DETERMINED * (extremes[1] - l2))),
  };
}

/** Eigenpairs are those of factors without a frame, as elsewhere those of H without one. */
async function factored(
  { network, theta, training }: CurvatureProblem,
  risk: RiskOptions,
  { directions, onDone, ...options }: CurvatureOptions,
  run: LongRun,
): Promise<Made> {
  const told = onDone ?? run.part("Kronecker factors").onDone;
  const { damping = factoredDamping(network, theta, training, risk) } = options;
  const scale = typeof damping === "number" ? undefined : damping.scale;
  const sets = scale ? 2 : 1;
  const factorsOf = (set: number, own?: Float64Array): Promise<FactoredCurvature> =>
    inPieces(
      run,
      kroneckerSteps(network, theta, training, risk, {
        scale: own,
        onDone: (done, total) => told(set * total + done, sets * total),
      }),
    );
  const plain = await factorsOf(0);
  const framed = scale ? await factorsOf(1, scale) : plain;
  const eigenvalues = plain.eigenvalues();
  const bound = eigenvalues.reduce(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [Infinity, -Infinity],
  );
  const m = Math.min(network.parameterCount, directions ?? PAPER_DIRECTIONS);
  return {
    exact: false,
    damping,
    extremes: [bound[0], bound[1]],
    hessian: undefined,
    solver: kroneckerSolver(framed, { damping }),
    eigen: plain.leading(Math.max(1, m)),
    directions: m,
  };
}

async function byProducts(
  { network, theta, training }: CurvatureProblem,
  risk: RiskOptions,
  options: CurvatureOptions,
  run: LongRun,
): Promise<Made> {
  const P = network.parameterCount;
  const told = options.onDone ?? run.part("products").onDone;
  const operator = toldOperator(riskHessian(network, theta, training, risk), told);
  await run.pause();
  const extremes = extremeEigenvalues(operator);
  await run.pause();
  const damping =
    options.damping ??
    relativeByProducts(
      operator,
      parameterScale(network, gaussNewtonDiagonal(network, theta, training, risk)),
    );
  const directions = options.directions ?? Math.min(P, PAPER_DIRECTIONS);
  await run.pause();
  const found = leadingPairs(operator, Math.min(P, Math.max(directions, PRECONDITIONING)));
  await run.pause();
  const frame = frameOf(damping);
  const scaled = operatorInFrame(frame, operator);
  const known = frame.roots ? leadingPairs(scaled, Math.min(P, PRECONDITIONING)) : found;
  const solver = solverFromFrame(frame, productSolver(scaled, frame.lambda, known), damping);
  return { exact: false, damping, extremes, hessian: undefined, directions, solver, eigen: found };
}

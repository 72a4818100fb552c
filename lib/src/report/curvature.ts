import { NotConvergedError } from "../core/errors.js";
import type { LongRun } from "../core/tasks/longRun.js";
import type { Tensor } from "../core/tensor.js";
import { conjugateGradientSolver } from "../hessian/solvers/conjugateGradientSolver.js";
import type { Damping } from "../hessian/solvers/damping.js";
import { frameOf, operatorInFrame, solverFromFrame } from "../hessian/solvers/dampingFrame.js";
import { determinedDirections, spectrum } from "../hessian/influence/extrapolation.js";
import { extremeEigenvalues } from "../hessian/spectrum/extremeEigenvalues.js";
import { gaussNewtonDiagonal } from "../hessian/exact/gaussNewtonDiagonal.js";
import { riskHessian } from "../hessian/exact/operator.js";
import { parallelHessian } from "../hessian/exact/parallelHessian.js";
import { parameterScale } from "../hessian/exact/parameterScale.js";
import { RELATIVE_MARGIN, relativeDamping } from "../hessian/solvers/relativeDamping.js";
import type { HessianSolver } from "../hessian/solvers/solver.js";
import type { SymmetricOperator } from "../linalg/operator.js";
import type { SymmetricEigen } from "../linalg/symmetricEigen.js";
import type { Network } from "../nn/network/network.js";
import type { RiskOptions, Samples } from "../nn/losses/risk.js";

/** Options of the curvature behind influence and uncertainty. */
export interface CurvatureOptions {
  /**
   * Default `relativeDamping`; without the matrix the Gauss-Newton diagonal takes the place of its
   * diagonal.
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

/**
 * The Hessian of the risk: its matrix for small networks, products with it and conjugate gradients
 * for large ones.
 */
export interface Curvature {
  readonly exact: boolean;
  readonly damping: Damping;
  /** Lowest and largest eigenvalue of H; bounds on them where there is no matrix. */
  readonly extremes: readonly [number, number];
  /** [P, P], if exact. */
  readonly hessian: Tensor | undefined;
  /** What applies the inverse, if not exact. */
  readonly solver: HessianSolver | undefined;
  /** All eigenpairs, or those with the largest eigenvalues; undefined if they were not found. */
  readonly eigen: SymmetricEigen | undefined;
  readonly directions: number;
}

/**
 * Of the largest eigenvalue, both without what the penalty adds to all: directions above are taken
 * as determined by the training data.
 */
const DETERMINED = 0.01;
/** m of Dawid et al. 2021, Fig. 5. */
const PAPER_DIRECTIONS = 12;
/** Ranks of influences survive a relative residual of 1e-4; a digit is kept in hand. */
const TOLERANCE = 1e-5;

/** Between its parts it hands back to the event loop. */
export async function curvature(
  network: Network,
  theta: Float64Array,
  training: Samples,
  risk: RiskOptions,
  options: CurvatureOptions,
  run: LongRun,
): Promise<Curvature> {
  const { exactLimit = 1500, jobs, onDone } = options;
  const { l2 = 0 } = risk;
  const P = network.parameterCount;
  if (P <= exactLimit) {
    const shown = { ...run.part("Hessian"), ...(onDone && { onDone }) };
    const hessian = await parallelHessian(network, theta, training, {
      loss: risk.loss,
      l2,
      jobs,
      ...shown,
    });
    await run.pause();
    const eigen = spectrum(hessian);
    const extremes = [eigen.values[0], eigen.values[P - 1]] as const;
    const directions =
      options.directions ??
      Math.min(P, determinedDirections(eigen, l2 + DETERMINED * (extremes[1] - l2)));
    return {
      exact: true,
      damping: options.damping ?? relativeDamping(network, hessian),
      extremes,
      hessian,
      solver: undefined,
      eigen,
      directions,
    };
  }
  const operator = riskHessian(network, theta, training, risk);
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
  const found = leading(operator, Math.min(P, Math.max(directions, PRECONDITIONING)));
  // The few eigenvalues far above the rest are what takes conjugate gradients long; those of the
  // frame that the solver works in
  const frame = frameOf(damping);
  const scaled = operatorInFrame(frame, operator);
  await run.pause();
  const known = typeof damping === "number" ? found : leading(scaled, Math.min(P, PRECONDITIONING));
  const preconditioner = known && known.values[0] + frame.lambda > 0 ? known : undefined;
  const inner = conjugateGradientSolver(scaled, {
    damping: frame.lambda,
    tolerance: TOLERANCE,
    preconditioner,
  });
  const solver = solverFromFrame(frame, inner, damping);
  return { exact: false, damping, extremes, hessian: undefined, directions, solver, eigen: found };
}

/** `relativeDamping` with a bound on the lowest eigenvalue instead of the eigenvalue. */
function relativeByProducts(operator: SymmetricOperator, scale: Float64Array): Damping {
  const [lowest] = extremeEigenvalues(operatorInFrame(frameOf({ lambda: 0, scale }), operator));
  return { lambda: Math.max(0, -lowest) + RELATIVE_MARGIN, scale };
}

/** Eigenpairs that speed up the solves. */
const PRECONDITIONING = 24;

/** The largest eigenpairs. Scores are left out rather than everything else with them. */
function leading(operator: SymmetricOperator, count: number): SymmetricEigen | undefined {
  try {
    return spectrum(operator, { leading: count, tolerance: 1e-3 });
  } catch (error) {
    if (error instanceof NotConvergedError) return undefined;
    throw error;
  }
}

import { NotConvergedError } from "../core/errors.js";
import type { Tensor } from "../core/tensor.js";
import { conjugateGradientSolver } from "../hessian/conjugateGradientSolver.js";
import { exactHessian } from "../hessian/exactHessian.js";
import { determinedDirections, leadingSpectrum, spectrum } from "../hessian/extrapolation.js";
import { extremeEigenvalues } from "../hessian/extremeEigenvalues.js";
import { riskHessian } from "../hessian/operator.js";
import { oneByOne, type HessianSolver, type Solution } from "../hessian/solver.js";
import { spectralPreconditioner } from "../hessian/spectralPreconditioner.js";
import type { SymmetricEigen } from "../linalg/symmetricEigen.js";
import type { Network } from "../nn/network.js";
import type { RiskOptions, Samples } from "../nn/risk.js";

export interface CurvatureOptions {
  /** λ of H + λ1 (default max(0, −E₀) + 0.01, as the paper recommends). */
  readonly damping?: number;
  /** m, the number of directions taken as determined (default: those to which the data give a hundredth of the largest curvature or more; 12 without the matrix). */
  readonly directions?: number;
  /** Most parameters for which the matrix itself is made (default 1500). */
  readonly exactLimit?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The Hessian of the risk: its matrix for small networks, products with it and conjugate gradients for large ones. */
export interface Curvature {
  readonly exact: boolean;
  readonly damping: number;
  /** Lowest and largest eigenvalue; bounds on them where there is no matrix. */
  readonly extremes: readonly [number, number];
  /** [P, P], if exact. */
  readonly hessian: Tensor | undefined;
  /** What applies the inverse, if not exact. */
  readonly solver: HessianSolver | undefined;
  /** All eigenpairs, or those with the largest eigenvalues; undefined if they were not found. */
  readonly eigen: SymmetricEigen | undefined;
  readonly directions: number;
}

/** What the paper adds to |E₀|. */
const MARGIN = 0.01;
/** Of the largest eigenvalue, both without what the penalty adds to all: directions above are taken as determined by the training data. */
const DETERMINED = 0.01;
/** m of Dawid et al. 2021, Fig. 5. */
const PAPER_DIRECTIONS = 12;
/** Ranks of influences survive a relative residual of 1e-4; a digit is kept in hand. */
const TOLERANCE = 1e-5;

export function curvature(network: Network, theta: Float64Array, training: Samples, risk: RiskOptions, options: CurvatureOptions): Curvature {
  const { exactLimit = 1500, onProgress } = options;
  const { l2 = 0 } = risk;
  const P = network.parameterCount;
  const margin = (lowest: number): number => options.damping ?? Math.max(0, -lowest) + MARGIN;
  if (P <= exactLimit) {
    const hessian = exactHessian(network, theta, training, { loss: risk.loss, l2, onProgress });
    const eigen = spectrum(hessian);
    const extremes = [eigen.values[0], eigen.values[P - 1]] as const;
    const directions = options.directions ?? Math.min(P, determinedDirections(eigen, l2 + DETERMINED * (extremes[1] - l2)));
    return { exact: true, damping: margin(extremes[0]), extremes, hessian, solver: undefined, eigen, directions };
  }
  const operator = riskHessian(network, theta, training, risk);
  const extremes = extremeEigenvalues(operator);
  const damping = margin(extremes[0]);
  const directions = options.directions ?? Math.min(P, PAPER_DIRECTIONS);
  const found = leading(() => leadingSpectrum(operator, Math.min(P, Math.max(directions, PRECONDITIONING)), { tolerance: 1e-3 }));
  // The few eigenvalues far above the rest are what takes conjugate gradients long
  const preconditioner = found && found.values[0] + damping > 0 ? spectralPreconditioner(found, damping) : undefined;
  const solver = conjugateGradientSolver(operator, damping, { tolerance: TOLERANCE, preconditioner });
  return { exact: false, damping, extremes, hessian: undefined, directions, solver: reporting(solver, onProgress), eigen: found };
}

/** Eigenpairs that speed up the solves. */
const PRECONDITIONING = 24;

/** Says after each solve how many are done. */
function reporting(solver: HessianSolver, onProgress?: (done: number, total: number) => void): HessianSolver {
  if (!onProgress) return solver;
  return {
    ...solver,
    solveMany(rightHandSides) {
      const count = rightHandSides.shape[0];
      let done = 0;
      const counted = (b: Float64Array): Solution => {
        const one = solver.solve(b);
        onProgress(++done, count);
        return one;
      };
      return oneByOne(solver.dimension, counted, "curvature")(rightHandSides);
    },
  };
}

/** Scores are left out rather than everything else with them. */
function leading(find: () => SymmetricEigen): SymmetricEigen | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof NotConvergedError) return undefined;
    throw error;
  }
}

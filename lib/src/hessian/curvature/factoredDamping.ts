import type { Network } from "../../nn/network/network.js";
import { takeSamples } from "../../nn/losses/weighed.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import { gaussNewtonDiagonal } from "../exact/gaussNewtonDiagonal.js";
import { riskHessian } from "../exact/operator.js";
import { parameterScale } from "../exact/parameterScale.js";
import type { ScaledDamping } from "../solvers/damping.js";
import { relativeByProducts } from "./productSolver.js";

/** Products for a bound on the lowest eigenvalue, where more of them would take longest of all. */
export const BOUND_STEPS = 24;

/** `parameterScale` of the Gauss-Newton diagonal. */
export const curvatureScale = (
  network: Network,
  theta: Float64Array,
  training: Samples,
  risk: RiskOptions,
): Float64Array => parameterScale(network, gaussNewtonDiagonal(network, theta, training, risk));

/** Training points of which that bound is made. */
const BOUND_POINTS = 256;

/**
 * `relativeDamping` without the matrix: the scale from the Gauss-Newton diagonal, E₀ from products
 * with the Hessian of at most 256 of the training points, in which negative directions are rather
 * larger. Kronecker factors have no negative eigenvalue and would be content with less; but what
 * removes a point is the risk, and its H + λ diag(m) has to be positive definite.
 */
export function factoredDamping(
  network: Network,
  theta: Float64Array,
  training: Samples,
  risk: RiskOptions,
): ScaledDamping {
  const scale = curvatureScale(network, theta, training, risk);
  const some = riskHessian(network, theta, boundingSamples(training), risk);
  return relativeByProducts(some, scale, BOUND_STEPS);
}

/** Evenly spaced; all where they have weights, of which a part might sum to nothing. */
function boundingSamples(training: Samples): Samples {
  const n = training.x.shape[0];
  if (n <= BOUND_POINTS || training.weights) return training;
  const rows = Array.from({ length: BOUND_POINTS }, (_, k) => Math.floor((k * n) / BOUND_POINTS));
  return takeSamples(training, rows);
}

/** Passes over n training points that the bound's products make up. */
export const passesOfBound = (n: number): number =>
  ((BOUND_STEPS + 1) * Math.min(n, BOUND_POINTS)) / n;

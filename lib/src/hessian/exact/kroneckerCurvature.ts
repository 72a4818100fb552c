import { callable, having, optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import type { Network } from "../../nn/network/network.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import { aDamping } from "../arguments.js";
import type { Damping } from "../solvers/damping.js";
import { oneByOne, type HessianSolver, type Solution } from "../solvers/solver.js";
import {
  curvatureOfState,
  kroneckerSteps,
  type CurvatureState,
  type FactoredCurvature,
  type KroneckerCurvature,
  type KroneckerOptions,
} from "./kroneckerSteps.js";

export type { KroneckerCurvature, KroneckerOptions } from "./kroneckerSteps.js";

/**
 * Gauss-Newton matrix of the risk, one Kronecker product of two small matrices for each dense or
 * convolution layer, also where several nodes share it; scalings and values that are parameters
 * have a diagonal.
 *
 *   Ĥ_layer = (Q_in ⊗ Q_out) diag(s) (Q_in ⊗ Q_out)ᵀ + l2, Q_in of E[Σ_t a_t a_tᵀ], Q_out of E[Σ_t
 *   g_t g_tᵀ]
 *
 * a_t are a layer's inputs at output site t with a 1 for the bias, g_t the gradients of its
 * outputs, weighted by a factor of ∂²L/∂z² column by column: the expectation over labels is exact,
 * no labels are drawn. Corrected eigenvalues are s = E[(Q_outᵀ ∇W Q_in)²], the best diagonal in
 * this basis.
 *
 * What is approximated: the Hessian by the Gauss-Newton matrix (see `gaussNewton`); layers as
 * independent of each other; inputs as independent of output gradients, and sites of a convolution
 * as alike and independent, as far as the basis goes. Exact for one dense layer under the mean
 * squared error.
 *
 * Cost: two passes over the samples, each with a backward walk for every column of the factor
 * (outputs of the network; one for two classes), and the eigenvectors of both factors, (in·taps +
 * 1)³ + out³. A part of the training set will do. Memory: (in·taps + 1)² + out² for each layer
 * beside P, which for a layer with far more inputs than outputs is more than P.
 *
 * Use it as a preconditioner, where it changes no result, or to rank training points in networks
 * too large for anything else. Do not use it where influence values themselves matter, where the
 * Hessian has strongly negative directions (an early-stopped model), or for P up to a few thousand,
 * where the exact Hessian costs less. Measured here, as Spearman correlation with the exact
 * influence: .98 for softmax regression, .5 to .8 for small perceptrons (products of gradients
 * without any Hessian: .5, .2 to .5). In the 740-parameter network of Dawid et al. 2021 it is .9
 * and more, but so it is without any Hessian: their damping exceeds nearly all eigenvalues, and
 * with two classes one output couples all layers. There it does not save iterations as a
 * preconditioner either; `spectralPreconditioner` does.
 * @throws ShapeError | NumericalError if θ, inputs or targets do not fit the network, ConfigError
 *   for a negative weight of a sample
 */
export function kroneckerCurvature(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions,
  kronecker: KroneckerOptions = {},
): KroneckerCurvature {
  takes("kroneckerCurvature", {
    options: [options, riskOptions],
    kronecker: [kronecker, record({ onDone: optional(callable) }, "{ eigenvalues, scale }")],
  });
  const steps = kroneckerSteps(network, theta, samples, options, kronecker);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * (Ĥ + λ1)⁻¹ with the Kronecker-factored Ĥ: no iterations, and no residual, since the system solved
 * is another one. For influence (Grosse et al. 2023) see what `kroneckerCurvature` says about its
 * use.
 */
export function kroneckerSolver(
  curvature: KroneckerCurvature,
  options: { readonly damping: Damping },
): HessianSolver {
  takes("kroneckerSolver", {
    curvature: [curvature, having("what hessian.kroneckerCurvature makes", "method", "inverse")],
    options: [options, record({ damping: aDamping })],
  });
  const { damping } = options;
  const { method, dimension } = curvature;
  const inverse = curvature.inverse(damping);
  const solve = (b: Float64Array): Solution => ({
    x: inverse(b),
    iterations: 0,
    relativeResidual: undefined,
  });
  const solver = {
    method,
    dimension,
    damping,
    solve,
    solveMany: oneByOne(dimension, solve, "kroneckerSolver"),
  };
  states.set(solver, () => ({ curvature: (curvature as FactoredCurvature).state(), damping }));
  return solver;
}

/** A solver as it goes to another thread. */
export interface SolverState {
  readonly curvature: CurvatureState;
  readonly damping: Damping;
}

const states = new WeakMap<HessianSolver, () => SolverState>();

/** Of a solver by Kronecker factors; undefined for others, which cannot leave their thread. */
export const solverState = (solver: HessianSolver): SolverState | undefined =>
  states.get(solver)?.();

/** The solver of a state, for the network that it was made of. */
export const solverOfState = (
  network: Network,
  { curvature, damping }: SolverState,
): HessianSolver => kroneckerSolver(curvatureOfState(network, curvature), { damping });

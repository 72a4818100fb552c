import { having, nonNegative, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import { checkStrength } from "../../nn/losses/penalties.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { refuseNegative } from "../../core/weights.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { checkParameters, type Network } from "../../nn/network/network.js";
import { weigh, weighed } from "../../nn/losses/weighed.js";
import { checkSamples, eachChunk, type RiskOptions, type Samples } from "../../nn/losses/risk.js";
import { curvatureParts } from "./curvatureParts.js";
import { checkDamping } from "../solvers/damping.js";
import { oneByOne, type HessianSolver, type Solution } from "../solvers/solver.js";

/** Options of `kroneckerCurvature`. */
export interface KroneckerOptions {
  /**
   * "corrected" (default): eigenvalues fitted in the eigenbasis of the factors, EK-FAC (George et
   * al. 2018); "products": those of the Kronecker product itself, K-FAC (Martens and Grosse 2015),
   * one pass over the data less.
   */
  readonly eigenvalues?: "corrected" | "products";
}

/**
 * An approximate Hessian that can be inverted with any damping. `apply` is its product with a
 * vector.
 */
export interface KroneckerCurvature extends SymmetricOperator {
  readonly method: "EK-FAC" | "K-FAC";
  /** v ↦ (Ĥ + λ1)⁻¹ v; with the same λ a preconditioner for `conjugateGradientSolver`. */
  inverse(damping: number): (v: Float64Array) => Float64Array;
  /** All P eigenvalues of Ĥ, layer by layer, not sorted. */
  eigenvalues(): Float64Array;
}

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
    kronecker: [kronecker, record({}, "{ eigenvalues }")],
  });
  const { loss, l2 = 0 } = options;
  const { eigenvalues = "corrected" } = kronecker;
  checkSamples(network, theta, samples, "kroneckerCurvature", loss);
  checkStrength(l2, "kroneckerCurvature: l2");
  oneOf(eigenvalues, ["corrected", "products"], "kroneckerCurvature: eigenvalues");
  const parts = curvatureParts(network, samples.x.shape.slice(1));
  refuseNegative(samples.weights, "kroneckerCurvature", FACTORS, CURE);
  const { x, target, factors, divisor } = weighed(samples);
  const out = target.shape[1];
  const roots = factors?.map(Math.sqrt);

  /** Every chunk of samples, with each column of the factor of ∂²L/∂z² walked back. */
  const eachWalk = (
    visit: (evaluator: Evaluator, count: number, column: number, own?: Float64Array) => void,
  ): void => {
    eachChunk(network, theta, x, (evaluator, from, count) => {
      const last = evaluator.values.length - 1;
      const own = roots?.subarray(from, from + count);
      const wanted = target.data.subarray(from * out, (from + count) * out);
      for (let column = 0; column < loss.factors(out); column++) {
        loss.factor(evaluator.values[last], wanted, column, count, out, evaluator.gradients[last]);
        weigh(evaluator.gradients[last], own, count, out);
        evaluator.backward(theta, count);
        visit(evaluator, count, column, own);
      }
    });
  };

  eachWalk((evaluator, count, column, own) => {
    for (const part of parts) part.first(evaluator, theta, count, column, own);
  });
  for (const { finish } of parts) finish(divisor);
  if (eigenvalues === "corrected") {
    for (const { clear } of parts) clear?.();
    eachWalk((evaluator, count) => {
      for (const { second } of parts) second?.(evaluator, theta, count);
    });
    for (const { divide } of parts) divide?.(divisor);
  }

  const transformed = (v: Float64Array, f: (eigenvalue: number) => number): Float64Array => {
    checkParameters(network, v, "v");
    const result = v.slice();
    for (const { place, count, transform } of parts)
      transform(result.subarray(place, place + count), f);
    return result;
  };
  return {
    method: eigenvalues === "corrected" ? "EK-FAC" : "K-FAC",
    dimension: network.parameterCount,
    apply: (v) => transformed(v, (s) => s + l2),
    inverse(damping) {
      checkDamping(damping, "kroneckerCurvature, inverse");
      if (!(damping + l2 > 0))
        throw new ConfigError(
          "kroneckerCurvature: the approximate Hessian is singular. Use a damping λ > 0.",
        );
      return (v) => transformed(v, (s) => 1 / (s + l2 + damping));
    },
    eigenvalues: () =>
      Float64Array.from(parts.flatMap((part) => Array.from(part.eigenvalues(), (s) => s + l2))),
  };
}

const FACTORS = "a Kronecker factor is a mean of squares, which cannot be negative";
const CURE = "Use exactHessian, or riskHessian with conjugate gradients";

/**
 * (Ĥ + λ1)⁻¹ with the Kronecker-factored Ĥ: no iterations, and no residual, since the system solved
 * is another one. For influence (Grosse et al. 2023) see what `kroneckerCurvature` says about its
 * use.
 */
export function kroneckerSolver(
  curvature: KroneckerCurvature,
  options: { readonly damping: number },
): HessianSolver {
  takes("kroneckerSolver", {
    curvature: [curvature, having("what hessian.kroneckerCurvature makes", "method", "inverse")],
    options: [options, record({ damping: nonNegative })],
  });
  const { damping } = options;
  const { method, dimension } = curvature;
  const inverse = curvature.inverse(damping);
  const solve = (b: Float64Array): Solution => ({
    x: inverse(b),
    iterations: 0,
    relativeResidual: undefined,
  });
  return {
    method,
    dimension,
    damping,
    solve,
    solveMany: oneByOne(dimension, solve, "kroneckerSolver"),
  };
}

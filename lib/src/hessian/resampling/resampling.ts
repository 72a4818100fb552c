import {
  callable,
  count,
  numbers,
  optional,
  record,
  stream,
  tensorOf,
} from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aLoss, aNetwork, someSamples } from "../../nn/arguments.js";
import { checkResult } from "../../core/arguments/checkResult.js";
import { aCurvature, aDamping } from "../arguments.js";
import { NumericalError } from "../../core/errors.js";
import { abortSignal, type LongRunOptions } from "../../core/tasks/longRun.js";
import { oneOf } from "../../core/oneOf.js";
import type { Rng } from "../../core/random/rng.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import { rowProducts } from "../../linalg/rowProducts.js";
import type { Loss } from "../../nn/losses/loss.js";
import type { Network } from "../../nn/network/network.js";
import { perSampleGradients, type SampleGradients, type Samples } from "../../nn/losses/risk.js";
import { countsOf, bootstrapParameters } from "./bootstrap.js";
import type { Damping } from "../solvers/damping.js";
import type { GradientStream } from "../influence/gradientStream.js";
import { influence } from "../influence/influence.js";
import { influenceSpread } from "./influenceSpread.js";
import { lossesAt } from "./lossesAt.js";
import type { HessianSolver } from "../solvers/solver.js";
import { spread } from "../spectrum/spread.js";
import { testLosses, testSamples, type LossVersion } from "../influence/testGradients.js";

/** What was learnt, and the points whose predictions are in question. */
export interface ResamplingInput {
  /** Hessian of the risk at θ̃, [P, P], or a solver for a large network. */
  readonly hessian: Tensor | HessianSolver;
  /**
   * ∇L_r at θ̃ (`perSampleGradients`), [train, P], with the weights of the samples where they have
   * any. A penalty's gradient in all of them drops out: the w_b of a bootstrap sum to 0.
   */
  readonly trainGradients: SampleGradients;
  readonly test: Samples;
  readonly loss: Loss;
}

/** Options of `resamplingUncertainty`. */
export interface ResamplingOptions extends LongRunOptions {
  /** Where the bootstrap samples come from, each from a stream of its own. */
  readonly rng: Rng;
  /** b, at least 2. The variance carries a relative standard error of about √(2/b): 10 % at 200. */
  readonly bootstraps: number;
  /** λ of H + λ1 (default 0). The paper takes `paperDamping` + 1 here. A solver brings its own. */
  readonly damping?: Damping;
  /**
   * About which loss the spread is taken: that at θ̃ (default "original"), as the paper says, or
   * the mean over the bootstraps, as its toolbox does.
   */
  readonly about?: "original" | "mean";
  /**
   * Fig. 6 uses the minimal loss (default). Taken as true is what θ̃ predicts, as App. A defines
   * it: a class, yes or no, or the output itself. Of a regression it is 0 at θ̃ and "linearised" is
   * 0 too.
   */
  readonly version?: LossVersion;
  /**
   * Take as true the label that each θ′_b predicts, as the toolbox does (default false). A
   * prediction that flips under resampling then keeps a loss below log 2, and the least certain
   * points look more certain than they are.
   */
  readonly ownLabels?: boolean;
  /**
   * "re-evaluated" (default) runs the network at θ′_b; "linearised" takes L(θ̃) + ∇L·(θ′_b − θ̃)
   * instead.
   */
  readonly form?: "re-evaluated" | "linearised";
  /**
   * Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores); the result
   * does not depend on it.
   */
  readonly jobs?: number;
}

const whatWasLearnt = record(
  { hessian: aCurvature, trainGradients: tensorOf(["train", "P"]), test: someSamples, loss: aLoss },
  "{ hessian, trainGradients, test, loss }",
);
const resamplingOptions = record({
  rng: stream,
  damping: optional(aDamping),
  jobs: optional(count(1)),
  signal: optional(abortSignal),
  onDone: optional(callable),
});

/** What `resamplingUncertainty` gives. */
export interface ResamplingUncertainty {
  /** RUE: variance of each test loss over the bootstraps, [test]. */
  readonly uncertainty: Float64Array;
  /** Its standard error from the finite number of bootstraps, [test]. */
  readonly error: Float64Array;
  /** Test losses at θ′_b, [bootstraps, test]. */
  readonly losses: Tensor;
  /** Test losses at θ̃, [test]. */
  readonly original: Float64Array;
}

/**
 * Resampling uncertainty estimation (RUE): how much the loss at a test point would vary had the
 * training set been drawn anew.
 *
 *   RUE(z_test) = (1/b) Σ_b [L_test(θ′_b) − L_test(θ̃)]² Dawid et al. 2021, Sec. II D; Schulam and
 *   Saria 2019
 *   θ′_b        = θ̃ − (1/n) (H + λ1)⁻¹ L w_b                   Eq. (4), with the 1/n of Eq. (1)
 *
 * The published toolbox keeps only the first of its 50 bootstraps and the variance of its table is
 * that of one entry and 49 zeros, 0.0196·L₁². Done as written here, the values for its network are
 * 2 to 70 times smaller.
 *
 * @throws ShapeError      if Hessian, gradients, θ̃ and test points do not fit
 * @throws ConfigError     for fewer than two bootstraps or a negative damping
 * @throws NumericalError  if H + λ1 is not positive definite, or a loss at some θ′_b is no number
 */
export async function resamplingUncertainty(
  network: Network,
  theta: Float64Array,
  input: ResamplingInput,
  options: ResamplingOptions,
): Promise<ResamplingUncertainty> {
  takes("resamplingUncertainty", {
    network: [network, aNetwork],
    input: [input, whatWasLearnt],
    options: [options, resamplingOptions],
  });
  const { hessian, trainGradients, test, loss } = input;
  const {
    rng,
    bootstraps,
    damping,
    about = "original",
    version = "minimal",
    form = "re-evaluated",
    ownLabels,
    jobs,
    signal,
    onDone,
  } = options;
  oneOf(about, ["original", "mean"], "resamplingUncertainty: about");
  oneOf(form, ["re-evaluated", "linearised"], "resamplingUncertainty: form");
  signal?.throwIfAborted();
  const { weights, shape } = trainGradients;
  const counts = countsOf(shape[0], bootstraps, rng, "resamplingUncertainty", weights);
  const original = testLosses(network, theta, test, { loss }, version);
  const thetas = bootstrapParameters(
    theta,
    hessian,
    trainGradients,
    counts,
    damping,
    "resamplingUncertainty",
  );
  const targets = testSamples(network, theta, test, version, loss);
  const values =
    form === "linearised"
      ? linearised(theta, thetas, original, perSampleGradients(network, theta, targets, { loss }))
      : await lossesAt(network, thetas, targets, loss, { jobs, signal, onDone, ownLabels });
  return {
    ...spreadOfLosses(values, about === "original" ? original : undefined),
    losses: values,
    original,
  };
}

/** L(θ̃) + ∇L·(θ′_b − θ̃), [bootstraps, test]. */
function linearised(
  theta: Float64Array,
  thetas: Tensor,
  original: Float64Array,
  gradients: Tensor,
): Tensor {
  const P = theta.length;
  const steps = tensor(
    thetas.shape,
    thetas.data.map((value, k) => value - theta[k % P]),
  );
  const values = rowProducts(steps, gradients);
  for (let k = 0; k < values.data.length; k++) values.data[k] += original[k % original.length];
  return values;
}

/**
 * Variance of each column of test losses with its standard error: about `centres`, or about the
 * columns' means.
 * @param losses  [models, test]: of bootstraps, or of networks that were really trained anew
 * @throws NumericalError if a loss is no number
 */
export function spreadOfLosses(
  losses: Tensor,
  centres?: Float64Array,
): { uncertainty: Float64Array; error: Float64Array } {
  takes("spreadOfLosses", { losses: [losses, tensorOf(["bootstraps", "test"], "any")] });
  const [b, test] = losses.shape;
  takes("spreadOfLosses", { centres: [centres, optional(numbers(0, test))] });
  const [uncertainty, error] = [new Float64Array(test), new Float64Array(test)];
  const column = new Float64Array(b);
  for (let t = 0; t < test; t++) {
    for (let k = 0; k < b; k++) column[k] = losses.data[k * test + t];
    const found = spread(column, centres?.[t]);
    if (!Number.isFinite(found.variance)) {
      const k = column.findIndex((value) => !Number.isFinite(value));
      throw new NumericalError(
        `resamplingUncertainty: the loss of test point ${t} is ${column[k]} at bootstrap ${k}. The steps are too long: use a larger damping.`,
        { test: t, bootstrap: k },
      );
    }
    [uncertainty[t], error[t]] = [found.variance, found.error];
  }
  return { uncertainty, error };
}

/**
 * What linearised RUE tends to with ever more bootstraps, without drawing any: [test].
 *
 *   Var_b[∇L_testᵀ(θ′_b − θ̃)] = Σ_r (I_r − Ī)²,   I_r = (1/n) ∇L_testᵀ (H + λ1)⁻¹ ∇L_r
 *
 * The counts of a bootstrap sample have the covariance 1 − (1/n), hence the sum over the influences
 * of Eq. (1): this is the infinitesimal jackknife (Jaeckel 1972; Efron 1982). With weights w_r of
 * the points Ī becomes (w_r/Σ w) Σ_s I_s: every event fluctuates by itself, with its weight.
 *
 * @param testGradients    [test, P], of the loss alone
 * @param options.damping  λ of H + λ1 (default 0); a solver brings its own
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const { theta } = hessian.polish(line, Float64Array.of(1, 0), samples, risk);
 * const H = hessian.exactHessian(line, theta, samples, risk);
 * const gradients = nn.perSampleGradients(line, theta, samples, risk);
 * const spread = hessian.linearisedUncertainty(H, gradients, gradients, { damping: 0.1 });
 * console.log(spread.length); // → 3
 * ```
 */
export function linearisedUncertainty(
  hessian: Tensor | HessianSolver,
  trainGradients: SampleGradients | GradientStream,
  testGradients: Tensor,
  options: { readonly damping?: Damping } = {},
): Float64Array {
  takes("linearisedUncertainty", { options: [options, record()] });
  const { damping } = options;
  const { influence: influences } = influence(hessian, trainGradients, testGradients, {
    damping,
    relatif: "none",
  });
  const spreads = Float64Array.from({ length: testGradients.shape[0] }, (_, t) =>
    influenceSpread(row(influences, t), trainGradients),
  );
  checkResult(spreads, "linearisedUncertainty");
  return spreads;
}

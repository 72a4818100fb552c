import { checkStrength } from "../../nn/losses/penalties.js";
import {
  callable,
  count,
  nonNegative,
  optional,
  positive,
  record,
  tensorOf,
} from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aProblem } from "../arguments.js";
import { checkCounts } from "./bootstrap.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { onceFor } from "../../core/tasks/onceFor.js";
import { computesHere, parallelMap } from "../../core/tasks/parallel.js";
import { axpy, dot, norm, row, tensor, type Tensor } from "../../core/tensor.js";
import { ShapeError } from "../../core/errors.js";
import {
  describeNetwork,
  networkFrom,
  type NetworkDescription,
} from "../../nn/network/description.js";
import type { Loss, LossSpec } from "../../nn/losses/loss.js";
import { describeLoss, lossFrom } from "../../nn/losses/lossTypes.js";
import type { Network } from "../../nn/network/network.js";
import {
  checkSamples,
  riskAndGradient,
  type RiskOptions,
  type Samples,
} from "../../nn/losses/risk.js";
import { bareSamples, takeSamples } from "../../nn/losses/weighed.js";
import { checkDamping } from "../solvers/damping.js";
import { dividedByRoots, frameOf, timesRoots } from "../solvers/dampingFrame.js";
import { hasKinks } from "../exact/hasKinks.js";
import { minimise, type Objective } from "../removal/minimise.js";
import type { ProximalProblem } from "../removal/proximalResponse.js";
import { factorisedSolver } from "../solvers/solver.js";

/** Options of `bootstrapResponse`. */
export interface BootstrapResponseOptions extends LongRunOptions {
  /** Stop when |∇F| has fallen to this part of its value at θ̃, default 0.01. */
  readonly reduction?: number;
  /**
   * Stop on a kink, see `minimise`; default 0.01. Networks without kinks are searched to the
   * reduction.
   */
  readonly stall?: number;
  /** Default 30. */
  readonly maxEvaluations?: number;
  /** Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
}

const responseOptions = record({
  reduction: optional(positive),
  stall: optional(nonNegative),
  maxEvaluations: optional(count(1)),
  jobs: optional(count(1)),
  onDone: optional(callable),
});

/** Parameters of bootstraps, and how far each search came. */
export interface BootstrapResponse {
  /** θ*_b, [b, P]. */
  readonly thetas: Tensor;
  /** |∇F| at θ*_b relative to θ̃, [b]; with a damping of a scale m it is |∇F/√m|. */
  readonly remaining: Float64Array;
  /** [b] */
  readonly evaluations: Int32Array;
}

/** What all bootstraps share. */
interface Shared extends Pick<ProximalProblem, "theta" | "training" | "damping"> {
  /** Undefined in the calling thread, which has both. */
  readonly described: { readonly network: NetworkDescription; readonly loss: LossSpec } | undefined;
  readonly l2: number;
  readonly hessian: Tensor;
  readonly search: {
    readonly reduction: number;
    readonly stall: number;
    readonly maxEvaluations: number;
  };
}

/** One of them. */
interface Response {
  readonly theta: Float64Array;
  readonly remaining: number;
  readonly evaluations: number;
}

/**
 * Where θ̃ goes when the training set is replaced by a bootstrap sample and the damping holds it
 * back: the minimum near θ̃ of
 *
 *   F_b(θ) = ℜ_b(θ) − ∇ℜ(θ̃)ᵀθ + (λ/2)‖θ − θ̃‖²,   ℜ_b the risk of the sample
 *
 * For the original sample that is θ̃, whether or not the training had converged, and to first order
 * the step is that of Eq. (4) of Dawid et al. 2021 (with weights of samples as `bootstrap.counts`
 * has it: the sample's risk is the mean by the weights drawn). So this is retraining without what
 * RUE does not speak of: the noise of stochastic gradients and the rest of an unfinished training.
 *
 * @param counts  [b, n], see `bootstrapCounts`
 * @throws ShapeError if counts do not fit the samples, NumericalError if H + λ1 is not positive
 *   definite, ConfigError if the weights that a bootstrap draws have no positive sum
 */
export async function bootstrapResponse(
  problem: ProximalProblem & { readonly hessian: Tensor },
  counts: Tensor,
  options: BootstrapResponseOptions = {},
): Promise<BootstrapResponse> {
  takes("bootstrapResponse", {
    problem: [problem, aProblem],
    counts: [counts, tensorOf(["bootstraps", "n"])],
    options: [options, responseOptions],
  });
  checkCounts(counts, "bootstrapResponse");
  const { reduction = 0.01, stall = 0.01, maxEvaluations = 30, jobs, signal, onDone } = options;
  const { network, theta, training, options: risk, damping, hessian } = problem;
  checkSamples(network, theta, training, "bootstrapResponse", risk.loss);
  checkStrength(risk.l2 === undefined ? 0 : risk.l2, "bootstrapResponse: l2");
  checkDamping(damping, "bootstrapResponse", theta.length);
  const [b, n] = [counts.shape[0], training.x.shape[0]];
  if (counts.shape.length !== 2 || counts.shape[1] !== n) {
    throw new ShapeError(
      `bootstrapResponse: counts must have shape [bootstraps, ${n}], one column a sample, got [${counts.shape}].`,
      { got: counts.shape },
    );
  }
  const here = computesHere(jobs, b);
  const shared: Shared = {
    described: here
      ? undefined
      : { network: describeNetwork(network), loss: describeLoss(risk.loss) },
    l2: risk.l2 ?? 0,
    theta,
    damping,
    hessian,
    training: bareSamples(training),
    search: { reduction, stall, maxEvaluations },
  };
  const prepared = onceFor((all: Shared) => preparedResponse(all, network, risk.loss));
  const compute = (drawn: Float64Array, all: Shared): Response => prepared(all)(drawn);
  const parts = await parallelMap<Float64Array, Response>(
    { module: import.meta.url, name: "responseRequest", compute },
    Array.from({ length: b }, (_, k) => row(counts, k).slice()),
    { label: "bootstrapResponse", shared, jobs, signal, onDone },
  );
  const thetas = tensor([b, network.parameterCount]);
  parts.forEach((part, k) => row(thetas, k).set(part.theta));
  return {
    thetas,
    remaining: Float64Array.from(parts, (part) => part.remaining),
    evaluations: Int32Array.from(parts, (part) => part.evaluations),
  };
}
/** What `bootstrapResponse` asks of a worker thread. @param counts  [n] */
export function responseRequest(counts: Float64Array, shared: Shared): Response {
  return responseOf(shared)(counts);
}

const responseOf = onceFor((shared: Shared) => {
  const { network, loss } = shared.described!;
  return preparedResponse(shared, networkFrom(network), lossFrom(loss));
});

/** The responses to any bootstraps: the factorisation and ∇ℜ(θ̃) are made once. */
function preparedResponse(
  { l2, theta, training, damping, hessian, search }: Shared,
  network: Network,
  loss: Loss,
): (counts: Float64Array) => Response {
  const risk: RiskOptions = { loss, l2 };
  const solver = factorisedSolver(hessian, damping, "bootstrapResponse");
  const kinks = hasKinks(network);
  const frame = frameOf(damping);
  const preconditioner = (g: Float64Array): Float64Array =>
    timesRoots(frame, solver.solve(timesRoots(frame, g)).x);
  const tilt = riskAndGradient(network, theta, training, risk).gradient; // ∇ℜ(θ̃)
  return (counts) => {
    const drawn = bootstrapSample(training, counts);
    const objective: Objective = (scaledStep) => {
      const step = dividedByRoots(frame, scaledStep);
      const at = theta.slice();
      axpy(1, step, at);
      const { risk: value, gradient } = riskAndGradient(network, at, drawn, risk);
      axpy(-1, tilt, gradient);
      const inFrame = frame.roots ? dividedByRoots(frame, gradient) : gradient;
      axpy(frame.lambda, scaledStep, inFrame);
      return {
        value: value - dot(tilt, step) + 0.5 * frame.lambda * dot(scaledStep, scaledStep),
        gradient: inFrame,
      };
    };
    const origin = new Float64Array(theta.length);
    const start = norm(objective(origin).gradient);
    const { reduction, stall, maxEvaluations } = search;
    const found = minimise(objective, origin, {
      tolerance: reduction,
      stall: kinks ? stall : undefined,
      maxEvaluations,
      preconditioner,
    });
    const step = dividedByRoots(frame, found.x);
    return {
      theta: theta.map((value, p) => value + step[p]),
      remaining: start > 0 ? found.gradientNorm / start : 0,
      evaluations: found.evaluations + 1,
    };
  };
}

/** Each sample as often as it counts, with its weight. */
function bootstrapSample(samples: Samples, counts: Float64Array): Samples {
  const rows = Array.from(counts).flatMap((count, r) => Array<number>(count).fill(r));
  return takeSamples(samples, rows);
}

import { ConfigError } from "../../core/errors.js";
import { axpy, checkFinite, dot, norm, takeRows, type Tensor } from "../../core/tensor.js";
import { sumOf, weightsAt } from "../../core/weights.js";
import type { Weighed } from "../../nn/losses/weighed.js";
import type { Network } from "../../nn/network/network.js";
import {
  checkSamples,
  riskAndGradient,
  type RiskOptions,
  type Samples,
} from "../../nn/losses/risk.js";
import { checkDamping, dampingWords, sameDamping, type Damping } from "../solvers/damping.js";
import { dividedByRoots, frameOf, timesRoots, type DampingFrame } from "../solvers/dampingFrame.js";
import { hasKinks } from "../exact/hasKinks.js";
import { minimise, type Objective } from "./minimise.js";
import { roundingOfRisk } from "./roundingOfRisk.js";
import { factorisedSolver, type HessianSolver } from "../solvers/solver.js";

/**
 * What a response is measured on: a network at θ̃ with its training data and the damping under
 * examination.
 */
export interface ProximalProblem {
  readonly network: Network;
  /** θ̃, [P]. */
  readonly theta: Float64Array;
  readonly training: Samples;
  readonly options: RiskOptions;
  /** λ, or λ and a scale, as in `influence`. */
  readonly damping: Damping;
  /**
   * Hessian of the risk at θ̃, [P, P], or a solver for it with this damping: it makes the steps
   * short and their number small.
   */
  readonly hessian: Tensor | HessianSolver;
  /**
   * What makes the steps after the first, where that of `hessian` takes long: it changes the way
   * and not the minimum (default: the same).
   */
  readonly preconditioner?: HessianSolver;
}

/** Options of `proximalResponse`. */
export interface ProximalOptions {
  /** Part of the points' loss that is taken away, default 1: all of it. */
  readonly weight?: number;
  /**
   * Stop when |∇F| has fallen to this part of its value at θ̃, the removed points' gradient;
   * default 1e-8.
   */
  readonly tolerance?: number;
  /**
   * Stop on a kink, see `minimise`; default 1e-3. Networks without kinks are searched to the
   * tolerance, whatever this is.
   */
  readonly stall?: number;
  /** Default 100. */
  readonly maxEvaluations?: number;
}

/** How the minimum moves when a group of points is left out. */
export interface ProximalResponse {
  /** θ* − θ̃, [P]. */
  readonly step: Float64Array;
  /**
   * |∇F| at θ̃, after the step that influence predicts, and at θ*; with a damping of a scale m it
   * is |∇F/√m|.
   */
  readonly gradientNorm: {
    readonly start: number;
    readonly predicted: number;
    readonly end: number;
  };
  /**
   * "stationary": to the tolerance, or to rounding. "stalled": F falls no more, as on a kink.
   * "evaluations": given up.
   */
  readonly ended: "stationary" | "stalled" | "evaluations";
  readonly evaluations: number;
  /** The way led through negative curvature: λ > |E₀| makes F convex near θ̃, not everywhere. */
  readonly negativeCurvature: boolean;
}

/**
 * How θ̃ answers when training points are taken away and the damping holds it back: the minimum
 * near θ̃ of
 *
 *   F(θ) = ℜ(θ) − (weight/n) Σ_{r in rows} L_r(θ) − ∇ℜ(θ̃)ᵀθ + (λ/2)‖θ − θ̃‖²
 *
 * (with weights w_r of samples (weight/Σ w) Σ w_r L_r is taken away)
 *
 * with (λ/2) Σ_p m_p (θ_p − θ̃_p)² where the damping has a scale. Without points to remove θ̃
 * itself is stationary, whether or not the training had converged; to first order in 1/n the step
 * is (1/n)(H + λ1)⁻¹ Σ_r ∇L_r. So this, and not plain retraining, is what influence with damping λ
 * predicts. Taken away is a point's loss; the penalties of the risk and the 1/n stay.
 *
 * Networks with ReLU or maximum pooling have kinks in θ, and the minimum often lies on one, where
 * |∇F| does not vanish: then the search ends once F no longer falls, which `ended` tells.
 *
 * @param rows  of the training set, the group that is removed together
 * @throws NumericalError if H + λ1 is not positive definite, ConfigError if a row does not exist
 */
export function proximalResponse(
  problem: ProximalProblem,
  rows: readonly number[],
  options: ProximalOptions = {},
): ProximalResponse {
  return proximalResponses(problem, [rows], options)[0];
}

/** The responses to several removals, each on its own: one factorisation of H + λ1 serves all. */
export function proximalResponses(
  problem: ProximalProblem,
  groups: readonly (readonly number[])[],
  options: ProximalOptions = {},
): ProximalResponse[] {
  groups.forEach((rows) => checkRows(rows, problem.training, "proximalResponse"));
  return groups.map(preparedResponses(problem, options));
}

/** What all responses share is made once: the factorisation, ∇ℜ(θ̃), its rounding. */
export function preparedResponses(
  problem: ProximalProblem,
  options: ProximalOptions = {},
): (rows: readonly number[]) => ProximalResponse {
  const { network, theta, training, options: risk, damping } = problem;
  const { weight = 1, tolerance = 1e-8, stall = 1e-3, maxEvaluations = 100 } = options;
  checkSamples(network, theta, training, "proximalResponse", risk.loss);
  checkDamping(damping, "proximalResponse", theta.length);
  if (!(typeof weight === "number" && weight > 0 && weight <= 1))
    throw new ConfigError(
      `proximalResponse: weight is ${weight}; it must be above 0 and at most 1.`,
      { weight },
    );
  const solver =
    "data" in problem.hessian
      ? factorisedSolver(problem.hessian, damping, "proximalResponse")
      : problem.hessian;
  if (!sameDamping(solver.damping, damping)) {
    const [asked, has] = [damping, solver.damping].map((one) => dampingWords(one));
    throw new ConfigError(
      `proximalResponse: damping ${asked}, but the solver has ${has}. Make them agree.`,
    );
  }
  const frame = frameOf(damping);
  const steps = (own: HessianSolver) => (g: Float64Array) =>
    timesRoots(frame, own.solve(timesRoots(frame, g)).x);
  const [first, later] = [solver, problem.preconditioner ?? solver].map(steps);
  const here = riskAndGradient(network, theta, training, risk);
  const tilt = here.gradient; // ∇ℜ(θ̃)
  checkFinite(tilt, "proximalResponse: gradient of the risk");
  const rounding = roundingOfRisk(network, theta, training, risk, frame, here);
  const stallOnKinks = hasKinks(network) ? stall : undefined;
  return (rows) => {
    const objective = removal(problem, frame, ...removedPart(training, rows, weight), tilt);
    // the first evaluation is at θ̃, the second after −(H + λ1)⁻¹∇F(θ̃), which is influence's step
    const norms: number[] = [];
    const { x, gradientNorm, ended, evaluations, negativeCurvature } = minimise(
      (step) => {
        const there = objective(step);
        norms.push(norm(there.gradient));
        return there;
      },
      new Float64Array(theta.length),
      {
        tolerance,
        rounding,
        maxEvaluations,
        stall: stallOnKinks,
        preconditioner: (g) => (norms.length === 1 ? first : later)(g),
      },
    );
    const [start, predicted = start] = norms;
    const step = dividedByRoots(frame, x);
    return {
      step,
      gradientNorm: { start, predicted, end: gradientNorm },
      ended,
      evaluations,
      negativeCurvature,
    };
  };
}

/** The points of a group, and the factor of the mean of their losses that leaves the risk. */
function removedPart(
  training: Samples,
  rows: readonly number[],
  weight: number,
): [removed: Samples, share: number] {
  const { x, target, weights } = training;
  const removed = { x: takeRows(x, rows), target: takeRows(target, rows) };
  if (weights === undefined) return [removed, (weight * rows.length) / x.shape[0]];
  // of any sign, so that they are no weights of a mean
  const factors = weightsAt(weights, rows);
  return [
    { ...removed, factors, divisor: rows.length } as Weighed,
    (weight * rows.length) / sumOf(weights),
  ];
}

/**
 * F as a function of the step from θ̃ in the damping's frame; `share` of the removed points' mean
 * loss leaves the risk.
 */
function removal(
  { network, theta, training, options }: ProximalProblem,
  frame: DampingFrame,
  removed: Samples,
  share: number,
  tilt: Float64Array,
): Objective {
  return (scaledStep) => {
    const step = dividedByRoots(frame, scaledStep);
    const at = theta.slice();
    axpy(1, step, at);
    const all = riskAndGradient(network, at, training, options);
    const taken = riskAndGradient(network, at, removed, { loss: options.loss });
    const { gradient } = all;
    axpy(-share, taken.gradient, gradient);
    axpy(-1, tilt, gradient);
    const inFrame = frame.roots ? dividedByRoots(frame, gradient) : gradient;
    axpy(frame.lambda, scaledStep, inFrame);
    const held = 0.5 * frame.lambda * dot(scaledStep, scaledStep);
    return { value: all.risk - share * taken.risk - dot(tilt, step) + held, gradient: inFrame };
  };
}

/** @throws ConfigError for a row that does not exist, none at all, or all of them */
export function checkRows(rows: readonly number[], training: Samples, caller: string): void {
  const n = training.x.shape[0];
  const wrong = rows.find((r) => !(Number.isInteger(r) && r >= 0 && r < n));
  if (wrong !== undefined)
    throw new ConfigError(
      `${caller}: there is no training point ${wrong}; they are numbered 0 … ${n - 1}.`,
      { row: wrong, n },
    );
  if (rows.length === 0 || new Set(rows).size !== rows.length || rows.length >= n) {
    throw new ConfigError(
      `${caller}: cannot remove ${rows.length} of ${n} training points. Name at least one, each once, and not all.`,
      { rows: rows.length, n },
    );
  }
}

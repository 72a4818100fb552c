import { ConfigError } from "../core/errors.js";
import type { ParallelTask } from "../core/parallel.js";
import type { Rng } from "../core/rng.js";
import { median } from "../core/statistics.js";
import { row, takeRows, tensor, type Tensor } from "../core/tensor.js";
import { symmetricEigenvalues } from "../linalg/symmetricEigen.js";
import type { Network } from "../nn/network.js";
import { checkSamples, perSampleGradients, type RiskOptions, type Samples } from "../nn/risk.js";
import { trainMany } from "../nn/trainMany.js";
import { auditDamping } from "./auditDamping.js";
import type { AuditReport, LeaveOneOutAudit, ResponseAudit, StationarityAudit, StepAudit, Verdict } from "./auditReport.js";
import { auditSolves } from "./auditSolves.js";
import { auditSpectrum } from "./auditSpectrum.js";
import { auditStationarity } from "./auditStationarity.js";
import { auditThresholds } from "./auditThresholds.js";
import { exactHessian } from "./exactHessian.js";
import { influence } from "./influence.js";
import { LEAST_POINTS, rankAgreement } from "./rankAgreement.js";
import { removals, type RemovalFacts, type RemovalsOptions } from "./removals.js";
import { checkDamping, exactSolver } from "./solver.js";
import { testLosses } from "./testGradients.js";
import { from, upTo, worst } from "./verdict.js";

export interface RetrainingOptions extends Omit<RemovalsOptions, "weight"> {
  /** How many training points are drawn at random and taken away, one by one; 16 or more make the interval useful. */
  readonly points: number;
  /** Draws the points, and the bootstraps of the intervals. */
  readonly rng: Rng;
  /**
   * For plain leave-one-out of a model that is not stationary: where worker threads find its recipe (see `trainMany`), and the seed it
   * was trained with. Each point then costs a whole training.
   */
  readonly recipe?: ParallelTask & { readonly seed: number; readonly path?: string };
  /** false leaves plain leave-one-out away. */
  readonly leaveOneOut?: boolean;
}

export interface AuditOptions {
  /** Loss and penalties of the risk that was minimised. */
  readonly options: RiskOptions;
  /** The points whose losses influence is to explain. */
  readonly test: Samples;
  /** λ of H + λ1; default max(0, −E₀) + 0.01, as the paper recommends. */
  readonly damping?: number;
  /** Hessian of the risk at θ̃ if it is at hand, [P, P]; made by `exactHessian` otherwise. */
  readonly hessian?: Tensor;
  /** Without it nothing is retrained, and the verdict is at most "caution". */
  readonly retrain?: RetrainingOptions;
}

/** What the paper adds to the absolute value of the most negative eigenvalue. */
const MARGIN = 0.01;

/**
 * Examines whether influence functions of a model can be trusted, before any of their numbers is. For networks whose Hessian fits into
 * memory.
 *
 * - stationarity: |∇ℜ(θ̃)|. Influence is the derivative of retraining only at a minimum.
 * - spectrum: negative and flat directions, the smallest admissible damping, the condition number of H + λ1.
 * - damping: whether the ranking of the training points depends on λ.
 * - solves: true residuals.
 * - response: a sample of training points is taken away one by one, and the `proximalResponse` with the same λ is what influence has to
 *   predict, whether or not the model is a minimum. Removed is the point's loss, so the prediction uses gradients of the loss alone;
 *   that with the L2 term in all gradients, the published convention, is given beside it.
 * - step: whether the Hessian holds over the length of the removal's step. With ReLU and maximum pooling it is that of one activation
 *   pattern, which a step may leave.
 * - leave-one-out: plain retraining without the point, for comparison.
 *
 * `auditThresholds` holds the lines between pass, caution and fail with their reasons; `describeAudit` puts the report into words.
 *
 * @throws ShapeError, NumericalError  if data, θ, Hessian and network do not fit or hold NaN
 * @throws ConfigError  if points or damping make no sense
 */
export async function audit(network: Network, theta: Float64Array, training: Samples, auditOptions: AuditOptions): Promise<AuditReport> {
  const { options, test, retrain } = auditOptions;
  checkSamples(network, theta, training, "audit, training");
  checkSamples(network, theta, test, "audit, test");
  const [n, tests] = [training.x.shape[0], test.x.shape[0]];
  if (retrain) checkRetraining(retrain, n);
  if (auditOptions.damping !== undefined) checkDamping(auditOptions.damping, "audit");
  const stationarity = auditStationarity(network, theta, training, options);
  const hessian = auditOptions.hessian ?? exactHessian(network, theta, training, { loss: options.loss, l2: options.l2 });
  const values = symmetricEigenvalues(hessian);
  const damping = auditOptions.damping ?? Math.max(0, -values[0]) + MARGIN;
  const spectrum = auditSpectrum(values, damping);
  const head = { parameters: network.parameterCount, samples: n, tests, stationarity, spectrum };
  // An indefinite H + λ1 has no inverse to examine
  const nothing = { damping: undefined, solves: undefined, step: undefined, response: undefined, leaveOneOut: undefined };
  if (spectrum.verdict === "fail") return { ...head, ...nothing, verdict: "fail" };

  const loss = { loss: options.loss };
  const gradients = { train: perSampleGradients(network, theta, training, loss), test: perSampleGradients(network, theta, test, loss) };
  const scan = auditDamping(hessian, gradients.train, gradients.test, spectrum);
  const rows = retrain ? sampledRows(retrain, n) : [];
  const solver = exactSolver(hessian, damping, "audit");
  const solves = auditSolves(hessian, solver, stacked(takeRows(gradients.train, rows), gradients.test));
  if (!retrain) return { ...head, ...nothing, damping: scan, solves, verdict: overall(stationarity, [spectrum.verdict, scan.verdict, solves.verdict], undefined) };

  const { points: _points, rng, recipe, leaveOneOut = true, ...search } = retrain;
  const problem = { network, theta, training, options, damping, hessian };
  const single = rows.map((r) => [r]);
  const predict = (train: Tensor, tested: Tensor): Tensor =>
    transposed(influence(hessian, takeRows(train, rows), tested, { damping, relatif: "none", trainingSize: n }).influence);
  const predicted = predict(gradients.train, gradients.test);
  const published = predict(perSampleGradients(network, theta, training, options), perSampleGradients(network, theta, test, options));
  const { changes, facts } = await removals(problem, test, single, search);
  const agreement = rankAgreement(predicted, changes, { rng: rng.fork("response") });
  const response: ResponseAudit = {
    verdict: from(agreement.median, auditThresholds.response), rows, predicted, measured: changes, agreement, facts,
    published: { predicted: published, agreement: rankAgreement(published, changes, { rng: rng.fork("response") }) },
  };
  const step = auditStep(facts);
  const left = leaveOneOut ? await leftOut() : undefined;
  return {
    ...head, damping: scan, solves, step, response,
    leaveOneOut: left && { ...left, rows, agreement: rankAgreement(predicted, left.measured, { rng: rng.fork("leave one out") }) },
    verdict: overall(stationarity, [spectrum.verdict, scan.verdict, solves.verdict, step.verdict], response.verdict),
  };

  async function leftOut(): Promise<Pick<LeaveOneOutAudit, "method" | "measured"> | undefined> {
    if (stationarity.verdict === "pass" && spectrum.negative.count === 0 && spectrum.lowest > 0) {
      // At a minimum the proximal response without damping is the minimum without the point
      const { changes: measured } = await removals({ ...problem, damping: 0 }, test, single, search);
      return { method: "stationary", measured };
    }
    if (!recipe) return undefined;
    const before = testLosses(network, theta, test, options);
    const runs = rows.map((r) => ({ seed: recipe.seed, path: recipe.path, counts: Int32Array.from({ length: n }, (_, k) => (k === r ? 0 : 1)) }));
    const trained = await trainMany(network, training, recipe, runs, { jobs: search.jobs });
    const measured = tensor([rows.length, tests]);
    trained.forEach((result, k) => row(measured, k).set(testLosses(network, result.theta, test, options).map((v, t) => v - before[t])));
    return { method: "recipe", measured };
  }
}

/**
 * The whole of it: fails with the proximal response (or the spectrum, or the solves), since that is what the numbers mean; passes if
 * every part does. A model that is no minimum is a caution at best.
 */
function overall(stationarity: StationarityAudit, parts: readonly Verdict[], response: Verdict | undefined): Verdict {
  if (response === "fail") return "fail";
  const rest = worst([...parts, response ?? "caution"]);
  return rest === "pass" && stationarity.verdict !== "pass" ? "caution" : rest;
}

function auditStep(facts: readonly RemovalFacts[]): StepAudit {
  const remaining = facts.map(({ gradientNorm: { start, predicted } }) => (start === 0 ? 0 : predicted / start));
  return {
    // Ranks may survive what steps do not: the response decides, this explains
    verdict: upTo(median(remaining), auditThresholds.remaining) === "pass" ? "pass" : "caution",
    remaining: median(remaining),
    largestRemaining: Math.max(...remaining),
    onKinks: facts.filter(({ ended }) => ended === "stalled").length,
    givenUp: facts.filter(({ ended }) => ended === "evaluations").length,
    negativeCurvature: facts.filter(({ negativeCurvature }) => negativeCurvature).length,
  };
}

function checkRetraining({ points }: RetrainingOptions, n: number): void {
  if (!(Number.isInteger(points) && points >= LEAST_POINTS && points <= n)) {
    throw new ConfigError(`audit: retrain.points is ${points}; it must be a whole number from ${LEAST_POINTS} to ${n}, the number of training points.`, { points, n });
  }
}

function sampledRows({ points, rng }: RetrainingOptions, n: number): number[] {
  return Array.from(rng.fork("points").permutation(n).subarray(0, points)).sort((a, b) => a - b);
}

/** Rows of a, then rows of b. */
function stacked(a: Tensor, b: Tensor): Tensor {
  const all = tensor([a.shape[0] + b.shape[0], b.shape[1]]);
  all.data.set(a.data);
  all.data.set(b.data, a.data.length);
  return all;
}

function transposed({ shape: [m, n], data }: Tensor): Tensor {
  const result = tensor([n, m]);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) result.data[j * m + i] = data[i * n + j];
  return result;
}

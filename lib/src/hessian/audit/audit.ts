import { callable, count, filePath, optional, record, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { riskOptions, someSamples } from "../../nn/arguments.js";
import { aDamping, aMatrix, anExactLimit, searchOptions } from "../arguments.js";
import { longRun, type LongRun, type LongRunOptions } from "../../core/tasks/longRun.js";
import { norm, takeRows, tensor, type Tensor } from "../../core/tensor.js";
import { nodeOrName } from "../../nn/network/head.js";
import type { Network } from "../../nn/network/network.js";
import { conventionOf, type GradientOptions } from "../../nn/network/gradientConvention.js";
import {
  checkSamples,
  perSampleGradients,
  riskAndGradient,
  type Samples,
} from "../../nn/losses/risk.js";
import { curvatureNames, type CurvatureChoiceOptions } from "../curvature/choice.js";
import { curvatureFacts } from "../curvature/curvatureFacts.js";
import { problemOf, type CurvatureProblem } from "../curvature/headProblem.js";
import { auditedChoice, examinedCurvature, tellEstimate } from "./auditedCurvature.js";
import { auditDamping } from "./auditDamping.js";
import type { AuditFacts, AuditReport, StationarityAudit, Verdict } from "./auditReport.js";
import {
  auditRetraining,
  checkRetraining,
  drawnPoints,
  withShare,
  type RetrainingOptions,
} from "./auditRetraining.js";
import { auditSolves } from "./auditSolves.js";
import { auditStationarity } from "./auditStationarity.js";
import { worded } from "./describeAudit.js";
import { framedGradients, type FramedGradients } from "./framedGradients.js";
import { checkDamping, type Damping } from "../solvers/damping.js";
import { rowsDividedByRoots, type DampingFrame } from "../solvers/dampingFrame.js";
import { searchUpon } from "./searchUpon.js";
import { worst } from "./verdict.js";

/** Options of `audit`. */
export interface AuditOptions extends Pick<LongRunOptions, "signal">, CurvatureChoiceOptions {
  /**
   * Loss and penalties of the risk that was minimised, and the `convention` of the gradients of the
   * influence that is judged.
   */
  readonly options: GradientOptions;
  /** The points whose losses influence is to explain. */
  readonly test: Samples;
  /**
   * That of the influence which is judged: λ of H + λ1, or a damping with a scale. Default
   * `relativeDamping`, with which the audit does not depend on the units of targets, inputs and
   * loss; a bare number is taken in the units of the Hessian.
   */
  readonly damping?: Damping;
  /** Hessian of the risk at θ̃ if it is at hand, [P, P]; made by `parallelHessian` otherwise. */
  readonly hessian?: Tensor;
  /** Most parameters for which the matrix itself is made (default 3000). */
  readonly exactLimit?: number;
  /** Worker threads, as in `parallelMap`; those of `retrain` by default. */
  readonly jobs?: number;
  /** Without it nothing is retrained, and the verdict is at most "caution". */
  readonly retrain?: RetrainingOptions;
  /**
   * Folder of `phaselens study` in place of `retrain`: its removals are the points that are taken
   * away, and nothing is computed for them here. They must be of this network, θ̃, data, risk,
   * curvature and damping (default none).
   */
  readonly study?: string;
  /** Told once what is done and about how long it takes (default nobody is told). */
  readonly onStep?: (words: string) => void;
}

const optionsOfAudit = record({
  options: riskOptions,
  test: someSamples,
  damping: optional(aDamping),
  hessian: optional(aMatrix),
  jobs: optional(count(1)),
  retrain: optional(searchOptions),
  curvature: optional(word(curvatureNames)),
  headAfter: optional(nodeOrName),
  exactLimit: optional(anExactLimit),
  study: optional(filePath),
  onStep: optional(callable),
});

/**
 * Examines whether influence functions of a model can be trusted, before any of their numbers is.
 * Of networks up to some thousand parameters with their Hessian, of larger ones with what stands in
 * for it (`curvature`): the report names it, with what it cannot see.
 *
 * - stationarity: |∇ℜ(θ̃)|. Influence is the derivative of retraining only at a minimum.
 * - spectrum: negative and flat directions, the smallest admissible damping, the condition number
 *   of H + λ1.
 * - damping: whether the ranking of the training points depends on λ.
 * - solves: true residuals.
 * - response: a sample of training points is taken away one by one, drawn by their self-influence
 *   (`RemovalDraw`), and the `proximalResponse` with the same λ is what influence has to
 *   predict, whether or not the model is a minimum. Judged is influence with the gradients of
 *   `options.convention`; that of the other
 *   convention is given beside it. Removed is the point's loss, so gradients of the loss alone are
 *   what agrees.
 * - step: whether the Hessian holds over the length of the removal's step. With ReLU and maximum
 *   pooling it is that of one activation
 *   pattern, which a step may leave.
 * - leave-one-out: plain retraining without the point, for comparison.
 *
 * `auditThresholds` holds the lines between pass, caution and fail with their reasons;
 * the report says it in words too (`conclusion`, `lines`, `text`). Between its parts it hands back
 * to the event loop: it can be stopped by `signal`, and in a notebook by the interrupt of the
 * kernel, where a line says how far it is unless `retrain.onDone` is told.
 *
 * @throws ShapeError, NumericalError  if data, θ, Hessian and network do not fit or hold NaN
 * @throws ConfigError  if points, damping or convention make no sense
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const { theta } = hessian.polish(line, Float64Array.of(1, 0), samples, risk);
 * const report = await hessian.audit(line, theta, samples, {
 *   ...{ options: risk, test: samples, damping: 0 },
 * });
 * console.log(report.conclusion); // → nothing was retrained, …
 * ```
 */
export async function audit(
  network: Network,
  theta: Float64Array,
  training: Samples,
  auditOptions: AuditOptions,
): Promise<AuditReport> {
  takes("audit", { options: [auditOptions, optionsOfAudit] });
  const { options, test, retrain, study } = auditOptions;
  conventionOf(options, "audit");
  checkSamples(network, theta, training, "audit, training", options.loss);
  checkSamples(network, theta, test, "audit, test", options.loss);
  if (retrain) checkRetraining(retrain, training.x.shape[0]);
  if (retrain && study !== undefined)
    throw new ConfigError(
      `audit: retrain and the study ${study} were both given. Leave one of them out.`,
    );
  const shown = { signal: auditOptions.signal, onDone: retrain?.onDone };
  const facts = await longRun("audit", shown, (run) =>
    examined(network, theta, training, auditOptions, run),
  );
  return worded(facts);
}

/** The audit of what was found in order. */
async function examined(
  network: Network,
  theta: Float64Array,
  training: Samples,
  auditOptions: AuditOptions,
  run: LongRun,
): Promise<AuditFacts> {
  const { options, test, study } = auditOptions;
  const convention = conventionOf(options, "audit");
  const studied =
    study === undefined
      ? undefined
      : (await import("../study/studiedRemovals.js")).studiedRemovals(
          study,
          network,
          theta,
          training,
          options,
        );
  const retrain = studied ? studied.retrain : auditOptions.retrain;
  const choice = auditedChoice(network, training, auditOptions);
  const problem = problemOf(choice, { network, theta, training, points: test });
  if (auditOptions.damping !== undefined)
    checkDamping(auditOptions.damping, "audit", problem.network.parameterCount);
  const curvature = curvatureFacts(choice, network);
  tellEstimate(curvature, problem, auditOptions);
  await run.pause();
  const found = await examinedCurvature(choice, problem, auditOptions, run);
  const { frame, spectrum } = found;
  await run.pause();
  const stationarity = {
    ...auditStationarity(problem.network, problem.theta, problem.training, options, frame),
    ...(choice.cut && {
      networkGradientNorm: norm(riskAndGradient(network, theta, training, options).gradient),
    }),
  };
  const head = {
    parameters: network.parameterCount,
    samples: training.x.shape[0],
    tests: test.x.shape[0],
    convention,
    curvature,
    stationarity,
    spectrum,
  };
  const unknown = { step: undefined, response: undefined, leaveOneOut: undefined };
  // An indefinite H + λ1 has no inverse worth examining
  if (spectrum.verdict === "fail")
    return { ...head, ...unknown, damping: undefined, solves: undefined, verdict: "fail" };

  const gradientsOf = (samples: Samples, own: GradientOptions): FramedGradients =>
    framedGradients(frame, problem.network, problem.theta, samples, own);
  const trainGradients = gradientsOf(problem.training, options);
  const bare = perSampleGradients(problem.network, problem.theta, problem.points, options);
  const testGradients = rowsDividedByRoots(frame, bare);
  await run.pause();
  const scan = await auditDamping(found, trainGradients, testGradients, run);
  // What is removed is a point's loss, whatever its gradient is taken to hold
  const removed =
    convention === "loss" ? trainGradients : gradientsOf(problem.training, { loss: options.loss });
  const own = retrain ? await found.ownInfluences(removed) : undefined;
  const drawn =
    studied && own
      ? withShare(studied.rows, own)
      : retrain && own
        ? drawnPoints(retrain, own, removed.weights)
        : { rows: [], share: 0 };
  const drawnGradients = gradientsOfRows(problem, drawn.rows, options, frame);
  const solved = found.approximate ? firstRows(testGradients, MOST_PRODUCTS) : testGradients;
  await run.pause();
  const solves = auditSolves(
    found.operator,
    frame.lambda,
    found.solverAt(frame.lambda),
    stacked(drawnGradients, solved),
    found.approximate,
  );
  const retrained = retrain
    ? await auditRetraining(
        { ...problem, options, ...found },
        problem.points,
        drawn,
        {
          ...searchUpon(found),
          ...retrain,
          ...(choice.cut && { recipe: undefined }), // it trains all of the network
        },
        { stationarity, spectrum },
        run,
        studied?.measured(problem, frame.lambda, test, choice.cut !== undefined),
      )
    : unknown;
  const parts = [
    spectrum.verdict,
    scan.verdict,
    solves.verdict,
    retrained.step?.verdict ?? "caution",
  ];
  return {
    ...head,
    ...retrained,
    damping: scan,
    solves,
    verdict: overall(stationarity, parts, retrained.response?.verdict ?? "caution"),
  };
}

/** Test points whose systems are held against products with the Hessian where these cost most. */
const MOST_PRODUCTS = 8;

function gradientsOfRows(
  { network, theta, training }: CurvatureProblem,
  rows: readonly number[],
  options: GradientOptions,
  frame: DampingFrame,
): Tensor {
  if (rows.length === 0) return tensor([0, network.parameterCount]);
  const samples = { x: takeRows(training.x, rows), target: takeRows(training.target, rows) };
  return rowsDividedByRoots(frame, perSampleGradients(network, theta, samples, options));
}

const firstRows = (rows: Tensor, most: number): Tensor =>
  takeRows(
    rows,
    Array.from({ length: Math.min(most, rows.shape[0]) }, (_, k) => k),
  );

/**
 * The whole passes if every part does, and fails with the proximal response (or the spectrum, or
 * the solves), since that is what the numbers mean. A model that is no minimum is a caution at
 * best.
 */
function overall(
  stationarity: StationarityAudit,
  parts: readonly Verdict[],
  response: Verdict,
): Verdict {
  const rest = worst([...parts, response]);
  return rest === "pass" && stationarity.verdict !== "pass" ? "caution" : rest;
}

/** Rows of a, then rows of b. */
function stacked(a: Tensor, b: Tensor): Tensor {
  const all = tensor([a.shape[0] + b.shape[0], b.shape[1]]);
  all.data.set(a.data);
  all.data.set(b.data, a.data.length);
  return all;
}

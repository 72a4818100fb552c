import { count, optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { riskOptions, someSamples } from "../../nn/arguments.js";
import { aDamping, aMatrix, searchOptions } from "../arguments.js";
import { longRun, type LongRun, type LongRunOptions } from "../../core/tasks/longRun.js";
import { dot, row, takeRows, tensor, type Tensor } from "../../core/tensor.js";
import { symmetricEigenvalues } from "../../linalg/symmetricEigen.js";
import type { Network } from "../../nn/network/network.js";
import { conventionOf, type GradientOptions } from "../../nn/network/gradientConvention.js";
import {
  checkSamples,
  perSampleGradients,
  type SampleGradients,
  type Samples,
} from "../../nn/losses/risk.js";
import { partOfRisk } from "../influence/partOfRisk.js";
import { auditDamping } from "./auditDamping.js";
import type { AuditFacts, AuditReport, StationarityAudit, Verdict } from "./auditReport.js";
import {
  auditRetraining,
  checkRetraining,
  drawnPoints,
  type RetrainingOptions,
} from "./auditRetraining.js";
import { auditSolves } from "./auditSolves.js";
import { auditSpectrum } from "./auditSpectrum.js";
import { auditStationarity } from "./auditStationarity.js";
import { worded } from "./describeAudit.js";
import { checkDamping, type Damping } from "../solvers/damping.js";
import {
  frameOf,
  hessianInFrame,
  rowsDividedByRoots,
  type DampingFrame,
} from "../solvers/dampingFrame.js";
import { parallelHessian } from "../exact/parallelHessian.js";
import { inspected } from "../solvers/relativeDamping.js";
import { factorisedSolver, type HessianSolver } from "../solvers/solver.js";
import { worst } from "./verdict.js";

/** Options of `audit`. */
export interface AuditOptions extends Pick<LongRunOptions, "signal"> {
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
  /** Worker threads, as in `parallelMap`; those of `retrain` by default. */
  readonly jobs?: number;
  /** Without it nothing is retrained, and the verdict is at most "caution". */
  readonly retrain?: RetrainingOptions;
}

const optionsOfAudit = record({
  options: riskOptions,
  test: someSamples,
  damping: optional(aDamping),
  hessian: optional(aMatrix),
  jobs: optional(count(1)),
  retrain: optional(searchOptions),
});

/**
 * Examines whether influence functions of a model can be trusted, before any of their numbers is.
 * For networks whose Hessian fits into memory.
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
  const { options, test, retrain } = auditOptions;
  conventionOf(options, "audit");
  checkSamples(network, theta, training, "audit, training", options.loss);
  checkSamples(network, theta, test, "audit, test", options.loss);
  if (retrain) checkRetraining(retrain, training.x.shape[0]);
  if (auditOptions.damping !== undefined) checkDamping(auditOptions.damping, "audit", theta.length);
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
  const { options, test, retrain, jobs = retrain?.jobs } = auditOptions;
  const convention = conventionOf(options, "audit");
  const [n, tests] = [training.x.shape[0], test.x.shape[0]];
  const { loss, l2 } = options;
  const hessian =
    auditOptions.hessian ??
    (await parallelHessian(network, theta, training, { loss, l2, jobs, ...run.part("Hessian") }));
  await run.pause();
  const { damping, curvature, values } =
    auditOptions.damping === undefined
      ? inspected(network, hessian)
      : inFrame(hessian, auditOptions.damping);
  const frame = frameOf(damping);
  await run.pause();
  const stationarity = auditStationarity(network, theta, training, options, frame);
  const spectrum = auditSpectrum(values, damping);
  const head = {
    parameters: network.parameterCount,
    samples: n,
    tests,
    convention,
    stationarity,
    spectrum,
  };
  const unknown = { step: undefined, response: undefined, leaveOneOut: undefined };
  // An indefinite H + λ1 has no inverse worth examining
  if (spectrum.verdict === "fail")
    return { ...head, ...unknown, damping: undefined, solves: undefined, verdict: "fail" };

  const [trainGradients, testGradients] = [training, test].map((samples) =>
    gradientsInFrame(frame, perSampleGradients(network, theta, samples, options)),
  );
  await run.pause();
  const scan = await auditDamping(curvature, trainGradients, testGradients, spectrum, run);
  const solver = factorisedSolver(curvature, frame.lambda, "audit");
  // What is removed is a point's loss, whatever its gradient is taken to hold
  const removed =
    convention === "loss"
      ? trainGradients
      : gradientsInFrame(
          frame,
          perSampleGradients(network, theta, training, { loss: options.loss }),
        );
  const drawn = retrain
    ? drawnPoints(retrain, await ownInfluences(solver, removed, run), removed.weights)
    : { rows: [], share: 0 };
  const solves = auditSolves(
    curvature,
    frame.lambda,
    solver,
    stacked(takeRows(trainGradients, drawn.rows), testGradients),
  );
  const retrained = retrain
    ? await auditRetraining(
        { network, theta, training, options, damping, hessian },
        test,
        drawn,
        retrain,
        { stationarity, spectrum },
        run,
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

/** The Hessian in the frame of a damping, with its eigenvalues. */
function inFrame(
  hessian: Tensor,
  damping: Damping,
): { damping: Damping; curvature: Tensor; values: Float64Array } {
  const curvature = hessianInFrame(frameOf(damping), hessian);
  return { damping, curvature, values: symmetricEigenvalues(curvature) };
}

/** With the weights that they carry. */
const gradientsInFrame = (frame: DampingFrame, gradients: SampleGradients): SampleGradients => ({
  ...gradients,
  ...rowsDividedByRoots(frame, gradients),
});

/** Rows solved for at a time. */
const BLOCK = 256;

/** `selfInfluence` of all points, with a solver that is at hand: [n]. */
async function ownInfluences(
  solver: HessianSolver,
  gradients: SampleGradients,
  run: LongRun,
): Promise<Float64Array> {
  const [n, P] = gradients.shape;
  const part = partOfRisk("audit", gradients);
  const own = new Float64Array(n);
  for (let from = 0; from < n; from += BLOCK) {
    await run.pause();
    const count = Math.min(BLOCK, n - from);
    const block = tensor([count, P], gradients.data.subarray(from * P, (from + count) * P));
    const { x } = solver.solveMany(block);
    for (let r = 0; r < count; r++) own[from + r] = part(dot(row(block, r), row(x, r)), from + r);
  }
  return own;
}

/** Rows of a, then rows of b. */
function stacked(a: Tensor, b: Tensor): Tensor {
  const all = tensor([a.shape[0] + b.shape[0], b.shape[1]]);
  all.data.set(a.data);
  all.data.set(b.data, a.data.length);
  return all;
}

import { stream } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import type { LongRun } from "../../core/tasks/longRun.js";
import type { ParallelTask } from "../../core/tasks/parallel.js";
import type { Rng } from "../../core/random/rng.js";
import { median } from "../../core/statistics/statistics.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import {
  conventionOf,
  type GradientConvention,
  type GradientOptions,
} from "../../nn/network/gradientConvention.js";
import { perSampleGradients, type Samples } from "../../nn/losses/risk.js";
import { takeSamples, weightsOf } from "../../nn/losses/weighed.js";
import { weightsAt } from "../../core/weights.js";
import { trainMany } from "../../nn/training/trainMany.js";
import type { AuditFacts, LeaveOneOutAudit, ResponseAudit, StepAudit } from "./auditReport.js";
import { auditThresholds } from "./auditThresholds.js";
import { checkDraw, drawBySize, type RemovalDraw } from "../removal/drawRemovals.js";
import { hasKinks } from "../exact/hasKinks.js";
import { influence } from "../influence/influence.js";
import type { ProximalProblem } from "../removal/proximalResponse.js";
import {
  LEAST_POINTS,
  rankAgreement,
  type RankAgreementOptions,
} from "../removal/rankAgreement.js";
import {
  removals,
  type RemovalFacts,
  type Removals,
  type RemovalsOptions,
} from "../removal/removals.js";
import { roundingOfLosses } from "../removal/roundingOfLosses.js";
import { testLosses } from "../influence/testGradients.js";
import { from, upTo } from "./verdict.js";

/** Which points an audit really removes. */
export interface RetrainingOptions extends Omit<RemovalsOptions, "weight" | "signal"> {
  /**
   * How many training points are drawn at random and taken away, one by one; 16 or more make the
   * interval useful.
   */
  readonly points: number;
  /** With which probabilities, default "self-influence": those that have an influence. */
  readonly draw?: RemovalDraw;
  /** Draws the points, and the bootstraps of the intervals. */
  readonly rng: Rng;
  /**
   * For plain leave-one-out of a model that is not stationary: where worker threads find its recipe
   * (see `trainMany`), and the seed it was trained with. Each point then costs a whole training.
   * Without it such a model is not left out from.
   */
  readonly recipe?: ParallelTask & { readonly seed: number; readonly path?: string };
  /** false leaves plain leave-one-out away. */
  readonly leaveOneOut?: boolean;
}

type Problem = ProximalProblem & { readonly options: GradientOptions };
type Retrained = Pick<AuditFacts, "step" | "response" | "leaveOneOut">;

/** Training points that were drawn, and the part of all self-influence that they hold. */
export interface Drawn {
  readonly rows: readonly number[];
  readonly share: number;
}

/** What was measured elsewhere, in the order of the rows. */
export interface Measured extends Removals {
  /** Plain leave-one-out by trainings anew; undefined where there were none. */
  readonly leftOut: Tensor | undefined;
}

/** The parts of the audit that take training points away: response, step, leave-one-out. */
export async function auditRetraining(
  problem: Problem,
  test: Samples,
  drawn: Drawn,
  retrain: RetrainingOptions,
  known: Pick<AuditFacts, "stationarity" | "spectrum">,
  run: LongRun,
  elsewhere?: Measured,
): Promise<Retrained> {
  const { rows, share } = drawn;
  const {
    rng,
    draw = "self-influence",
    recipe,
    leaveOneOut = true,
    tolerance,
    stall,
    maxEvaluations,
    jobs,
    onDone,
  } = retrain;
  const removing = run.part("points removed");
  const convention = conventionOf(problem.options, "audit");
  const search = { tolerance, stall, maxEvaluations, jobs };
  const { changes, facts } =
    elsewhere ??
    (await removals(
      problem,
      test,
      rows.map((r) => [r]),
      {
        ...search,
        ...removing,
        ...(onDone && { onDone }),
      },
    ));
  const predicted = predictions(problem, test, rows, convention);
  const rounding = roundingOfLosses(
    problem.network,
    problem.theta,
    test,
    problem.options,
    rng.fork("rounding"),
  );
  const judged = { rng: rng.fork("response"), rounding };
  const agreement = rankAgreement(predicted, changes, judged);
  const response: ResponseAudit = {
    // where nothing changes beyond rounding there is nothing to be wrong about, nor anything to
    // vouch for
    verdict: Number.isNaN(agreement.median)
      ? "caution"
      : from(agreement.median, auditThresholds.response),
    rows,
    draw,
    share,
    predicted,
    measured: changes,
    agreement,
    facts,
    other: byOtherConvention(problem, test, rows, changes, judged),
  };
  const left = elsewhere
    ? elsewhere.leftOut && { method: "recipe" as const, measured: elsewhere.leftOut }
    : leaveOneOut
      ? await leftOut(
          problem,
          test,
          rows,
          { ...search, ...run.part("points left out") },
          recipe,
          known,
        )
      : undefined;
  return {
    step: auditStep(facts, hasKinks(problem.network)),
    response,
    leaveOneOut: left && {
      ...left,
      rows,
      agreement: rankAgreement(predicted, left.measured, {
        rng: rng.fork("leave one out"),
        rounding,
      }),
    },
  };
}

/** Agreement of the influence that is not judged; undefined without penalties. */
function byOtherConvention(
  problem: Problem,
  test: Samples,
  rows: readonly number[],
  measured: Tensor,
  judged: RankAgreementOptions,
): ResponseAudit["other"] {
  const { l2 = 0, l1 = 0 } = problem.options;
  if (l2 === 0 && l1 === 0) return undefined;
  const convention = conventionOf(problem.options, "audit") === "loss" ? "dawid2021" : "loss";
  const predicted = predictions(problem, test, rows, convention);
  return { convention, predicted, agreement: rankAgreement(predicted, measured, judged) };
}

/** Influence of the rows on the test points with the gradients of this convention, [rows, test]. */
function predictions(
  problem: Problem,
  test: Samples,
  rows: readonly number[],
  convention: GradientConvention,
): Tensor {
  const { network, theta, training, options, damping, hessian } = problem;
  const gradients = [takeSamples(training, rows), test].map(({ x, target }) =>
    perSampleGradients(network, theta, { x, target }, { ...options, convention }),
  );
  const { weights, totalWeight } = weightsOf(training);
  const drawn = weights
    ? { ...gradients[0], weights: weightsAt(weights, rows), totalWeight }
    : gradients[0];
  const asked = { damping, relatif: "none", trainingSize: training.x.shape[0] } as const;
  const { influence: pairs } = influence(hessian, drawn, gradients[1], asked);
  const [tests, points] = pairs.shape;
  const table = tensor([points, tests]);
  for (let t = 0; t < tests; t++)
    for (let k = 0; k < points; k++) table.data[k * tests + t] = pairs.data[t * points + k];
  return table;
}

function auditStep(facts: readonly RemovalFacts[], kinks: boolean): StepAudit {
  const stalled = facts.filter(({ ended }) => ended === "stalled").length;
  const remaining = facts.map(({ gradientNorm: { start, predicted } }) =>
    start === 0 ? 0 : predicted / start,
  );
  return {
    // Ranks may survive what steps do not: the response decides, this explains
    verdict: upTo(median(remaining), [auditThresholds.remaining, Infinity]),
    remaining: median(remaining),
    largestRemaining: Math.max(...remaining),
    kinks,
    onKinks: kinks ? stalled : 0,
    atRounding: kinks ? 0 : stalled,
    givenUp: facts.filter(({ ended }) => ended === "evaluations").length,
    negativeCurvature: facts.filter(({ negativeCurvature }) => negativeCurvature).length,
  };
}

async function leftOut(
  problem: Problem,
  test: Samples,
  rows: readonly number[],
  search: RemovalsOptions,
  recipe: RetrainingOptions["recipe"],
  { stationarity, spectrum }: Pick<AuditFacts, "stationarity" | "spectrum">,
): Promise<Pick<LeaveOneOutAudit, "method" | "measured"> | undefined> {
  const { network, theta, training, options } = problem;
  const { hessian } = problem;
  const minimum = spectrum.negative?.count === 0 && spectrum.lowest > 0;
  if (stationarity.verdict === "pass" && minimum && "data" in hessian) {
    // At a minimum the proximal response without damping is the minimum without the point
    const { damping } = problem;
    const none = typeof damping === "number" ? 0 : { ...damping, lambda: 0 };
    const { changes } = await removals(
      { ...problem, hessian, damping: none },
      test,
      rows.map((r) => [r]),
      search,
    );
    return { method: "stationary", measured: changes };
  }
  if (!recipe) return undefined;
  const n = training.x.shape[0];
  const before = testLosses(network, theta, test, options);
  const runs = rows.map((r) => ({
    seed: recipe.seed,
    path: recipe.path,
    counts: Int32Array.from({ length: n }, (_, k) => (k === r ? 0 : 1)),
  }));
  const trained = await trainMany(network, training, recipe, runs, {
    jobs: search.jobs,
    signal: search.signal,
    onDone: search.onDone,
  });
  const measured = tensor([rows.length, test.x.shape[0]]);
  trained.forEach((result, k) =>
    row(measured, k).set(
      testLosses(network, result.theta, test, options).map((v, t) => v - before[t]),
    ),
  );
  return { method: "recipe", measured };
}

/**
 * @throws ConfigError if there are too few points to correlate, or more than the training set has,
 *   or for an unknown draw
 */
export function checkRetraining(
  { points, draw = "self-influence", rng }: RetrainingOptions,
  n: number,
): void {
  takes("audit", { "retrain.rng": [rng, stream] });
  checkDraw(draw, "audit");
  if (Number.isInteger(points) && points >= LEAST_POINTS && points <= n) return;
  const range = `a whole number from ${LEAST_POINTS} to ${n}, the number of training points`;
  throw new ConfigError(`audit: retrain.points is ${points}; it must be ${range}.`, { points, n });
}

/**
 * Training points drawn without repetition, ascending. The influence that a point can have grows
 * with |w_r| √(∇L_rᵀ(H + λ1)⁻¹∇L_r), the root of its self-influence times its weight.
 * @param selfInfluences  [n]
 */
export function drawnPoints(
  { points, draw = "self-influence", rng }: RetrainingOptions,
  selfInfluences: Float64Array,
  weights?: Float64Array,
): Drawn {
  const stream = rng.fork("points");
  // negative only where the weight is
  const lengths = weights ? selfInfluences.map(Math.abs) : selfInfluences;
  const sizes =
    draw === "uniform"
      ? new Float64Array(lengths.length).fill(1)
      : lengths.map((v, r) => Math.sqrt(Math.max(0, v) * (weights ? Math.abs(weights[r]) : 1)));
  const rows = drawBySize(sizes, points, stream);
  return withShare(rows, selfInfluences);
}

/** Rows with the part of all self-influence, by its modulus, that they hold. */
export function withShare(rows: readonly number[], selfInfluences: Float64Array): Drawn {
  const total = selfInfluences.reduce((sum, v) => sum + Math.abs(v), 0);
  const held = rows.reduce((sum, r) => sum + Math.abs(selfInfluences[r]), 0);
  return { rows, share: total > 0 ? held / total : 0 };
}

import { takeRows } from "../../core/tensor.js";
import { makeRng } from "../../core/random/rng.js";
import type { LongRun } from "../../core/tasks/longRun.js";
import type { Network } from "../../nn/network/network.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import { auditedChoice, examinedCurvature } from "../audit/auditedCurvature.js";
import { checkRetraining, drawnPoints } from "../audit/auditRetraining.js";
import { framedGradients } from "../audit/framedGradients.js";
import { searchUpon } from "../audit/searchUpon.js";
import type { CurvatureChoiceOptions } from "../curvature/choice.js";
import { problemOf } from "../curvature/headProblem.js";
import type { RemovalDraw } from "../removal/drawRemovals.js";
import {
  checkRows,
  type ProximalOptions,
  type ProximalProblem,
} from "../removal/proximalResponse.js";

/** What a study takes points away from. */
export interface StudiedProblem extends CurvatureChoiceOptions {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly training: Samples;
  readonly options: RiskOptions;
  readonly damping?: number;
}

/** What all removals of a study share. */
export interface PreparedRemovals {
  readonly problem: ProximalProblem;
  readonly search: ProximalOptions;
  readonly lambda: number;
  /** The groups that are removed, as named or drawn. */
  readonly groups: readonly (readonly number[])[];
}

/** Groups by name, or points as an audit of this seed draws them. */
export type AskedRemovals =
  | { readonly groups: readonly (readonly number[])[] }
  | { readonly points: number; readonly draw: RemovalDraw; readonly seed: number };

/**
 * Curvature and damping as an audit of the same options has them, and the points it would draw.
 * In this thread alone, so that the sums are the same whatever the number of workers.
 * @throws ConfigError for points that there are not
 */
export async function prepareRemovals(
  studied: StudiedProblem,
  asked: AskedRemovals,
  run: LongRun,
): Promise<PreparedRemovals> {
  const { network, theta, training, options } = studied;
  const n = training.x.shape[0];
  if ("groups" in asked) for (const rows of asked.groups) checkRows(rows, training, "study");
  else checkRetraining({ ...asked, rng: makeRng(asked.seed, "audit") }, n);
  const choice = auditedChoice(network, training, studied);
  const points = { x: takeRows(training.x, [0]), target: takeRows(training.target, [0]) };
  const problem = problemOf(choice, { network, theta, training, points });
  const { damping } = studied;
  const found = await examinedCurvature(choice, problem, { options, damping, jobs: 1 }, run);
  const groups =
    "groups" in asked
      ? asked.groups
      : await drawn(asked, async () => {
          const { loss } = options;
          const gradients = framedGradients(
            found.frame,
            problem.network,
            problem.theta,
            problem.training,
            { loss },
          );
          return { own: await found.ownInfluences(gradients), weights: gradients.weights };
        });
  const { hessian, preconditioner, frame } = found;
  return {
    problem: { ...problem, options, damping: found.damping, hessian, preconditioner },
    search: searchUpon(found),
    lambda: frame.lambda,
    groups,
  };
}

async function drawn(
  { points, draw, seed }: { points: number; draw: RemovalDraw; seed: number },
  influences: () => Promise<{ own: Float64Array; weights: Float64Array | undefined }>,
): Promise<number[][]> {
  const { own, weights } = await influences();
  const { rows } = drawnPoints({ points, draw, rng: makeRng(seed, "audit") }, own, weights);
  return rows.map((r) => [r]);
}

import { ConfigError } from "../../core/errors.js";
import { makeRng } from "../../core/random/rng.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import type { Measured, RetrainingOptions } from "../audit/auditRetraining.js";
import { testLosses } from "../influence/testGradients.js";
import { LEAST_POINTS } from "../removal/rankAgreement.js";
import { problemPrint } from "./problemPrint.js";
import { readStudy } from "./readStudy.js";
import type { StudiedPiece } from "./studyFile.js";

/** Relative difference of λ that another library's rounding may make. */
const SAME_LAMBDA = 1e-6;

/** The removals of a study as an audit takes them. */
export interface StudiedRemovals {
  readonly rows: readonly number[];
  readonly retrain: RetrainingOptions;
  /**
   * @param problem  that whose parameters were moved, all of the network's or its head's
   * @param lambda   of the audit's damping
   * @param test     as the whole network reads it
   */
  measured(
    problem: { network: Network; theta: Float64Array; points: Samples },
    lambda: number,
    test: Samples,
    head: boolean,
  ): Measured;
}

/**
 * @throws DataError for a folder that is not one of this problem, ConfigError for groups of several
 *   points, too few of them, or another curvature or damping
 */
export function studiedRemovals(
  folder: string,
  network: Network,
  theta: Float64Array,
  training: Samples,
  options: RiskOptions,
): StudiedRemovals {
  const print = problemPrint(network, theta, training, options);
  const removed = readStudy(folder, "removals", print, "audit");
  const retrained = readStudy(folder, "retrainings", print, "audit");
  const refuse = (fact: string, cure: string): never => {
    throw new ConfigError(`audit: ${folder}: ${fact}. ${cure}.`, { folder });
  };
  const rows = removed.map(({ report }) => report.rows ?? []);
  if (rows.length < LEAST_POINTS)
    refuse(
      `holds ${rows.length} removals, a rank correlation needs ${LEAST_POINTS} at least`,
      `Raise removals.points of its manifest`,
    );
  const group = rows.find((one) => one.length !== 1);
  if (group)
    refuse(
      `takes ${group.length} points away together, and an audit judges single ones`,
      `Give removals.points in place of groups`,
    );
  const [{ spec }] = removed;
  const draw = spec.settings.draw === "uniform" ? "uniform" : "self-influence";
  return {
    rows: rows.map(([r]) => r),
    retrain: { points: rows.length, draw, rng: makeRng(spec.seed, "audit") },
    measured: (problem, lambda, test, head) => {
      const own = removed[0].report.lambda ?? NaN;
      if (!(Math.abs(own - lambda) <= SAME_LAMBDA * lambda))
        refuse(
          `has the damping ${own}, the audit has ${lambda}`,
          "Give both the same damping and curvature",
        );
      if (removed[0].theta.length !== problem.theta.length)
        refuse(
          `moves ${removed[0].theta.length} parameters, the audit looks at ${problem.theta.length}`,
          "Give both the same curvature",
        );
      return {
        changes: changesOf(removed, problem.network, problem.theta, problem.points, options),
        facts: removed.map(({ report }) => report.facts!),
        leftOut:
          retrained.length > 0 && !head
            ? changesOf(retrained, network, theta, test, options)
            : undefined,
      };
    },
  };
}

/** Test losses at the θ of the pieces less those at θ̃, [pieces, test]. */
function changesOf(
  pieces: readonly StudiedPiece[],
  network: Network,
  theta: Float64Array,
  test: Samples,
  options: RiskOptions,
): Tensor {
  const before = testLosses(network, theta, test, options);
  const changes = tensor([pieces.length, test.x.shape[0]]);
  pieces.forEach((piece, k) =>
    row(changes, k).set(
      testLosses(network, piece.theta, test, options).map((v, t) => v - before[t]),
    ),
  );
  return changes;
}

import {
  listOf,
  nonNegative,
  optional,
  record,
  stream,
  tensorOf,
} from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import { median, quantile } from "../../core/statistics/statistics.js";
import type { Tensor } from "../../core/tensor.js";
import { drawnCorrelation } from "./drawnCorrelation.js";

/** How far two tables [points, test] rank the training points alike. */
export interface RankAgreement {
  /** Spearman correlation over the points, the median of all test points. */
  readonly median: number;
  /** Confidence interval of the median: percentiles of a bootstrap over the points. */
  readonly interval: readonly [number, number];
  /** Spearman correlation for each test point, [test]; NaN where one side does not vary. */
  readonly perTest: Float64Array;
  /** The least of them. */
  readonly least: number;
  /**
   * Factor by which the second table exceeds the first: least squares through 0 for each test
   * point, the median of all.
   */
  readonly slope: number;
  /**
   * Pairs of a point and a test point that are left out, since neither side exceeds the rounding.
   */
  readonly ties: number;
  /**
   * Test points without a rank correlation: fewer than five points are left, or one side does not
   * vary.
   */
  readonly silent: number;
}

/** Options of `rankAgreement`. */
export interface RankAgreementOptions {
  /** Of the bootstrap. */
  readonly rng: Rng;
  /** Of the interval, default 0.95. */
  readonly confidence?: number;
  /**
   * Differences up to which values are equal for each test point, [test], e.g. what rounding makes
   * of its loss (default 0). Points of which both sides are that small tie, on both sides: they are
   * left out for that test point, as they would rank by noise.
   */
  readonly rounding?: ArrayLike<number>;
}

/** Bootstraps: the ends of a 95 % interval then rest on 10 of them each. */
const RESAMPLES = 400;
/** Below, a bootstrap of the points has too few different ones to say anything. */
export const LEAST_POINTS = 5;

/**
 * Agreement of predicted and measured changes, test point by test point: test points differ by
 * orders of magnitude in how much anything changes them, so ranks are never taken across them.
 *
 * @param predicted  [points, test]
 * @param measured   likewise
 * @throws ShapeError if the tables differ in shape, ConfigError for fewer than five points
 */
export function rankAgreement(
  predicted: Tensor,
  measured: Tensor,
  options: RankAgreementOptions,
): RankAgreement {
  const table = tensorOf(["points", "test"]);
  takes("rankAgreement", {
    predicted: [predicted, table],
    measured: [measured, table],
    options: [options, record({ rng: stream })],
  });
  const { rng, confidence = 0.95, rounding } = options;
  const differences = listOf(nonNegative, predicted.shape[1], predicted.shape[1]);
  takes("rankAgreement", { rounding: [rounding, optional(differences)] });
  if (predicted.shape.join() !== measured.shape.join()) {
    throw new ShapeError(
      `rankAgreement: predicted [${predicted.shape}], measured [${measured.shape}]; they must have one shape [points, test].`,
    );
  }
  const [points, test] = predicted.shape;
  if (points < LEAST_POINTS)
    throw new ConfigError(
      `rankAgreement: ${points} points. A rank correlation needs ${LEAST_POINTS} at least.`,
      { points },
    );
  if (!(confidence > 0 && confidence < 1))
    throw new ConfigError(
      `rankAgreement: the confidence is ${confidence}; it must lie between 0 and 1.`,
      { confidence },
    );
  const columns = (table: Tensor): Float64Array[] =>
    Array.from({ length: test }, (_, t) =>
      Float64Array.from({ length: points }, (_, k) => table.data[k * test + t]),
    );
  const [left, right] = [columns(predicted), columns(measured)];
  const telling = left.map((values, t) =>
    Array.from(values.keys()).filter(
      (k) => !rounding || Math.max(Math.abs(values[k]), Math.abs(right[t][k])) > rounding[t],
    ),
  );
  const over = left.map((values, t) =>
    drawnCorrelation(values, right[t], telling[t], LEAST_POINTS),
  );
  const once = new Int32Array(points).fill(1);
  const perTest = Float64Array.from(over, (correlation) => correlation(once));
  const counts = new Int32Array(points);
  const medians = Float64Array.from({ length: RESAMPLES }, (_, b) => {
    const stream = rng.fork(`bootstrap ${b}`);
    counts.fill(0);
    for (let k = 0; k < points; k++) counts[stream.integer(points)]++;
    return medianOf(over.map((correlation) => correlation(counts)));
  }).filter((value) => !Number.isNaN(value));
  const edge = (1 - confidence) / 2;
  const slopes = left.map((values, t) => ratio(values, right[t]));
  return {
    ties: telling.reduce((sum, one) => sum + points - one.length, 0),
    silent: perTest.filter((value) => Number.isNaN(value)).length,
    median: medianOf(perTest),
    interval:
      medians.length > 0 ? [quantile(medians, edge), quantile(medians, 1 - edge)] : [NaN, NaN],
    perTest,
    least: finite(perTest).reduce((a, b) => Math.min(a, b), Infinity),
    slope: medianOf(slopes),
  };
}

/** Σ xy / Σ x². */
function ratio(x: Float64Array, y: Float64Array): number {
  let [xy, xx] = [0, 0];
  for (let k = 0; k < x.length; k++) {
    xy += x[k] * y[k];
    xx += x[k] * x[k];
  }
  return xx > 0 ? xy / xx : NaN;
}

function finite(values: ArrayLike<number>): number[] {
  return Array.from(values).filter((v) => !Number.isNaN(v));
}

function medianOf(values: ArrayLike<number>): number {
  const present = finite(values);
  return present.length > 0 ? median(present) : NaN;
}

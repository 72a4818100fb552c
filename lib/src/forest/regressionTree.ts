import { ConfigError, ShapeError } from "../core/errors.js";
import type { Rng } from "../core/random/rng.js";
import { growTree } from "./growTree.js";
import { sumOf, weightsAt } from "../core/weights.js";
import { checkData, countedData, type RegressionData } from "./regressionData.js";
import { sortedColumns } from "./sortedColumns.js";
import type { RegressionTree } from "./tree.js";

/** When a node is split, and where. */
export interface SplittingOptions {
  /** Levels below the root; 10 by default (App. D). */
  readonly maxDepth?: number;
  /** Every leaf holds at least so many draws; 1 by default. */
  readonly minimumLeaf?: number;
  /**
   * Features that a node looks at, drawn anew for each; all by default. A node looks on until one
   * of them can split it.
   */
  readonly featuresPerSplit?: number;
}

/** Options of a tree. */
export interface TreeOptions extends SplittingOptions {
  /**
   * Order in which a node looks at features, which decides between equal splits. As they are
   * numbered, without it.
   */
  readonly rng?: Rng;
  /** How often each sample counts, [n] whole numbers; once by default. */
  readonly counts?: ArrayLike<number>;
}

/**
 * A regression tree, grown greedily: each node is split where Σ (y − ȳ)² falls most, exactly, over
 * all features and thresholds (Breiman et al. 1984; thresholds halfway between neighbouring
 * values).
 *
 * Splits whose gains agree to 1e-12 are equal, and the first counts.
 * @throws ShapeError, NumericalError for data that do not fit or hold NaN, ConfigError for options
 *   out of range
 */
export function regressionTree(data: RegressionData, options: TreeOptions = {}): RegressionTree {
  checkData(data, "regressionTree");
  const [n, features] = data.x.shape;
  const splitting = splittingOptions(options, features, "regressionTree");
  if (splitting.featuresPerSplit < features && !options.rng) {
    throw new ConfigError(
      "regressionTree: featuresPerSplit draws features at random. Give an rng, e.g. makeRng(1).",
      { option: "rng" },
    );
  }
  const { x, target, weights, rows } = countedData(data);
  const counts = options.counts
    ? drawCounts(options.counts, n, rows)
    : new Float64Array(target.length).fill(1);
  const grow = { ...splitting, rng: options.rng };
  return growTree(sortedColumns(x), target, counts, grow, weights);
}

/** Options with their defaults. @throws ConfigError naming the one out of range */
export function splittingOptions(
  options: SplittingOptions,
  features: number,
  what: string,
): Required<SplittingOptions> {
  const { maxDepth = 10, minimumLeaf = 1, featuresPerSplit = features } = options;
  const range = (name: string, value: number, least: number, most: number): void => {
    if (Number.isInteger(value) && value >= least && value <= most) return;
    const bounds = most < 2 ** 31 ? `from ${least} to ${most}` : `of at least ${least}`;
    throw new ConfigError(`${what}: ${name} is ${value}; it must be a whole number ${bounds}.`, {
      option: name,
      value,
    });
  };
  range("maxDepth", maxDepth, 0, 2 ** 31);
  range("minimumLeaf", minimumLeaf, 1, 2 ** 31);
  range("featuresPerSplit", featuresPerSplit, 1, features);
  return { maxDepth, minimumLeaf, featuresPerSplit };
}

/** @param rows  samples that have a weight; undefined: all */
function drawCounts(
  counts: ArrayLike<number>,
  n: number,
  rows: Int32Array | undefined,
): Float64Array {
  if (counts.length !== n)
    throw new ShapeError(
      `regressionTree: ${counts.length} counts for ${n} samples. Give one a sample.`,
    );
  for (let k = 0; k < n; k++) {
    if (!(Number.isInteger(counts[k]) && counts[k] >= 0)) {
      const details = { sample: k, count: counts[k] };
      throw new ConfigError(
        `regressionTree: sample ${k} counts ${counts[k]} times. Give a whole number ≥ 0.`,
        details,
      );
    }
  }
  const counted = rows ? weightsAt(counts, rows) : Float64Array.from(counts);
  const total = sumOf(counted);
  if (total === 0)
    throw new ConfigError("regressionTree: every sample counts 0 times. Let at least one count.", {
      total,
    });
  return counted;
}

import { takes } from "../core/arguments/takes.js";
import { callable, count, integer, optional, record } from "../core/arguments/kinds.js";
import "../core/cache/checkpointFile.js"; // not in a page's bundle, see checkpoints
import {
  checkpointEvery,
  checkpointFiles,
  type CheckpointOptions,
  type Identity,
} from "../core/cache/checkpoints.js";
import { fingerprint } from "../core/cache/fingerprint.js";
import { ConfigError } from "../core/errors.js";
import type { LongRunOptions } from "../core/tasks/longRun.js";
import { makeRng } from "../core/random/rng.js";
import { bootstrapCounts } from "./bootstrapCounts.js";
import { growTree } from "./growTree.js";
import { outOfBag, type OutOfBag } from "./outOfBag.js";
import { checkData, countedData, type RegressionData } from "./regressionData.js";
import { splittingOptions, type SplittingOptions } from "./regressionTree.js";
import { sortedColumns, type SortedColumns } from "./sortedColumns.js";
import type { RandomForest, RegressionTree } from "./tree.js";

/** Options of `randomForest`. */
export interface ForestOptions extends SplittingOptions, LongRunOptions {
  readonly seed: number;
  /** 10 by default (App. D). */
  readonly trees?: number;
  /** Each tree on n samples drawn with replacement; by default. false: on all samples. */
  readonly bootstrap?: boolean;
  /**
   * Where grown trees are kept, after every so many (default nowhere): killed, the same call goes
   * on from there.
   */
  readonly checkpoint?: CheckpointOptions;
  /** Worker threads; by default one for each core if there is work for more than a moment. */
  readonly jobs?: number;
}

/** A forest with its error on the samples that its trees have not seen. */
export interface GrownForest extends RandomForest {
  /**
   * Error on samples that a tree has not seen; undefined without a bootstrap, or if every tree has
   * seen all.
   */
  readonly outOfBag?: OutOfBag;
}

/** One tree, as a worker thread gets it. */
export interface TreeRequest {
  readonly columns: SortedColumns;
  readonly target: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly splitting: Required<SplittingOptions>;
  readonly bootstrap: boolean;
  readonly seed: number;
  readonly tree: number;
}

/** Below so many samples × features × trees threads cost more than they save. */
const WORTH_THREADS = 4e6;

/**
 * A random forest for regression (Breiman 2001), 10 trees of depth 10 as in Blücher et al. 2020,
 * App. D: the mean of trees, each grown on a bootstrap sample.
 *
 * Every tree draws from the streams `tree t/bootstrap` and `tree t/splits` of the seed: it does not
 * depend on the number of workers or of trees. As in scikit-learn each node looks at all features
 * by default, in an order of its own, so that equal features (G_c(t) and G_c(N − t)) are chosen
 * equally often. Samples with weights are drawn all alike, and each brings its weight.
 * @throws ShapeError, NumericalError for data that do not fit or hold NaN, ConfigError for options
 *   out of range
 * @example
 * ```ts
 * import { core, forest } from "phaselens";
 * const x = core.tensor([40, 1], Array.from({ length: 40 }, (_, n) => n / 40));
 * const target = x.data.map((v) => (v < 0.5 ? 0 : 1));
 * const model = await forest.randomForest({ x, target }, { seed: 1, trees: 10, jobs: 1 });
 * console.log(forest.predict(model, core.tensor([1, 1], [0.9]))[0]); // → 1
 * ```
 */
export async function randomForest(
  data: RegressionData,
  options: ForestOptions,
): Promise<GrownForest> {
  takes("randomForest", {
    options: [
      options,
      record({ seed: integer, jobs: optional(count(1)), onDone: optional(callable) }),
    ],
  });
  checkData(data, "randomForest");
  const [n, features] = data.x.shape;
  const splitting = splittingOptions(options, features, "randomForest");
  const { seed, trees = 10, bootstrap = true, signal, onDone } = options;
  if (!(Number.isInteger(trees) && trees >= 1)) {
    throw new ConfigError(
      `randomForest: trees is ${trees}; it must be a whole number of at least 1.`,
      { option: "trees", value: trees },
    );
  }
  makeRng(seed); // refuses a seed that is none
  const counted = countedData(data);
  const plain = {
    columns: sortedColumns(counted.x),
    target: counted.target,
    weights: counted.weights,
    splitting,
    bootstrap,
    seed,
  };
  const requests = Array.from({ length: trees }, (_, tree): TreeRequest => ({ ...plain, tree }));
  const jobs = options.jobs ?? (n * features * trees < WORTH_THREADS ? 1 : undefined);
  const { parallelMap } = await import("../core/tasks/parallel.js");
  const task = { module: import.meta.url, name: "treeOfRequest", compute: treeOfRequest };
  const grow = (some: readonly TreeRequest[], done: number): Promise<RegressionTree[]> =>
    parallelMap<TreeRequest, RegressionTree>(task, some, {
      label: "randomForest",
      jobs,
      signal,
      onDone: onDone && ((more) => onDone(done + more, trees)),
    });
  const identity = { ...splitting, bootstrap, seed, trees, data: namesOf(data) };
  const grown = await grownTrees(requests, grow, identity, options.checkpoint);
  const forest = { features, trees: grown };
  return bootstrap ? { ...forest, outOfBag: outOfBag(forest, counted, seed) } : forest;
}

const namesOf = ({ x, target, weights }: RegressionData): readonly string[] => [
  `${x.shape.join("×")} ${fingerprint(x.data)}`,
  fingerprint(Float64Array.from(target)),
  ...(weights ? [`weights ${fingerprint(Float64Array.from(weights))}`] : []),
];

/** All trees, in stretches between which they are kept where that is asked for. */
async function grownTrees(
  requests: readonly TreeRequest[],
  grow: (some: readonly TreeRequest[], done: number) => Promise<RegressionTree[]>,
  identity: Identity,
  checkpoint: CheckpointOptions | undefined,
): Promise<RegressionTree[]> {
  if (checkpoint === undefined) return grow(requests, 0);
  const every = checkpointEvery(checkpoint, "randomForest");
  const { path } = checkpoint;
  const files = checkpointFiles("randomForest");
  const trees = (files.read(path, identity, "randomForest") ?? []) as RegressionTree[];
  while (trees.length < requests.length) {
    const next = requests.slice(trees.length, trees.length + every);
    trees.push(...(await grow(next, trees.length)));
    files.write(path, identity, trees);
  }
  return trees;
}

/** What `randomForest` asks of a worker thread. */
export function treeOfRequest({
  columns,
  target,
  weights,
  splitting,
  bootstrap,
  seed,
  tree,
}: TreeRequest): RegressionTree {
  const { samples } = columns;
  const counts = bootstrap
    ? bootstrapCounts(samples, seed, tree)
    : new Float64Array(samples).fill(1);
  const grow = { ...splitting, rng: makeRng(seed, `tree ${tree}/splits`) };
  return growTree(columns, target, counts, grow, weights);
}

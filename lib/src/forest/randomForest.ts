import { callable, count, integer, optional, record, word } from "../core/arguments/kinds.js";
import { takes } from "../core/arguments/takes.js";
import type { CheckpointOptions } from "../core/cache/checkpoints.js";
import { ConfigError } from "../core/errors.js";
import { makeRng } from "../core/random/rng.js";
import type { LongRunOptions } from "../core/tasks/longRun.js";
import { classOutOfBag, type ClassOutOfBag } from "./classes/classOutOfBag.js";
import type { Impurity } from "./classes/classSplit.js";
import { classTask } from "./classes/classTreeOfRequest.js";
import type { DecisionTree, TreeEnsemble } from "./ensemble/treeEnsemble.js";
import { drawsOf, grownTrees, splitsRng, type SharedTrees } from "./grownTrees.js";
import { growTree } from "./growTree.js";
import { classesOf, classParts } from "./labels.js";
import { outOfBag, type OutOfBag } from "./outOfBag.js";
import { checkData, countedData, type RegressionData } from "./regressionData.js";
import { splittingOptions, type SplittingOptions } from "./regressionTree.js";
import { sortedColumns } from "./sortedColumns.js";
import type { RandomForest, RegressionTree } from "./tree.js";

/** Options of `randomForest`. */
export interface ForestOptions extends SplittingOptions, LongRunOptions {
  readonly seed: number;
  /**
   * By what nodes are split: the "squared error" of numbers (default). Targets that are classes,
   * numbered from 0, take "gini" or "entropy".
   */
  readonly criterion?: "squared error";
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

/** Options of `randomForest` of classes. */
export interface ClassForestOptions extends Omit<ForestOptions, "criterion"> {
  readonly criterion: Impurity;
}

/** A forest of classes, whose outputs are their probabilities, as `readForest` gives them. */
export interface GrownClassForest extends TreeEnsemble {
  /**
   * Accuracy on samples that a tree has not seen; undefined without a bootstrap, or if every tree
   * has seen all.
   */
  readonly outOfBag?: ClassOutOfBag;
}

/** A forest with its error on the samples that its trees have not seen. */
export interface GrownForest extends RandomForest {
  /**
   * Error on samples that a tree has not seen; undefined without a bootstrap, or if every tree has
   * seen all.
   */
  readonly outOfBag?: OutOfBag;
}

/**
 * A random forest (Breiman 2001), 10 trees of depth 10 as in Blücher et al. 2020, App. D: the mean
 * of trees, each grown on a bootstrap sample. Of numbers by default; of classes, numbered from 0,
 * with `criterion: "gini"` or `"entropy"`: then it gives their probabilities, the mean of the parts
 * of the classes in the leaves, in the form of `readForest`.
 *
 * Every tree draws from the streams `tree t/bootstrap` and `tree t/splits` of the seed: it does not
 * depend on the number of workers or of trees. As in scikit-learn each node looks at all features
 * by default, in an order of its own, so that equal features (G_c(t) and G_c(N − t)) are chosen
 * equally often. Samples with weights are drawn all alike, and each brings its weight.
 * @throws ShapeError, NumericalError for data that do not fit or hold NaN, ConfigError for options
 *   out of range and targets that are no labels
 * @example
 * ```ts
 * import { core, forest } from "phaselens";
 * const x = core.tensor([40, 1], Array.from({ length: 40 }, (_, n) => n / 40));
 * const target = x.data.map((v) => (v < 0.5 ? 0 : 1));
 * const model = await forest.randomForest({ x, target }, { seed: 1, trees: 10, jobs: 1 });
 * console.log(forest.predict(model, core.tensor([1, 1], [0.9]))[0]); // → 1
 * const grow = { seed: 1, criterion: "gini", jobs: 1 } as const;
 * const classes = await forest.randomForest({ x, target }, grow);
 * console.log(Array.from(forest.predict(classes, core.tensor([1, 1], [0.9])))); // → [ 0, 1 ]
 * ```
 */
export async function randomForest(
  data: RegressionData,
  options: ForestOptions,
): Promise<GrownForest>;
export async function randomForest(
  data: RegressionData,
  options: ClassForestOptions,
): Promise<GrownClassForest>;
export async function randomForest(
  data: RegressionData,
  options: ForestOptions | ClassForestOptions,
): Promise<GrownForest | GrownClassForest> {
  const criterion = optional(word(["squared error", "gini", "entropy"]));
  const kinds = { seed: integer, criterion, jobs: optional(count(1)), onDone: optional(callable) };
  takes("randomForest", { options: [options, record(kinds)] });
  checkData(data, "randomForest");
  const features = data.x.shape[1];
  const splitting = splittingOptions(options, features, "randomForest");
  const { seed, trees = 10, bootstrap = true } = options;
  if (!(Number.isInteger(trees) && trees >= 1)) {
    throw new ConfigError(
      `randomForest: trees is ${trees}; it must be a whole number of at least 1.`,
      { option: "trees", value: trees },
    );
  }
  makeRng(seed); // refuses a seed that is none
  const counted = countedData(data);
  const columns = sortedColumns(counted.x);
  const plain = { columns, target: counted.target, weights: counted.weights, bootstrap, seed };
  if (isOfClasses(options)) {
    const classes = classesOf(counted.target, "randomForest", `"${options.criterion}"`);
    classParts(counted.target, counted.weights, classes, "randomForest");
    const own = { ...plain, splitting: { ...splitting, classes, impurity: options.criterion } };
    const members = await grownTrees(classTask, own, trees, data, options);
    const forest = classForest(features, classes, members);
    return bootstrap ? { ...forest, outOfBag: classOutOfBag(members, counted, seed) } : forest;
  }
  const task = { module: import.meta.url, name: "treeOfRequest", compute: treeOfRequest };
  const grown = await grownTrees(task, { ...plain, splitting }, trees, data, options);
  const forest = { features, trees: grown };
  return bootstrap ? { ...forest, outOfBag: outOfBag(forest, counted, seed) } : forest;
}

const isOfClasses = (options: ForestOptions | ClassForestOptions): options is ClassForestOptions =>
  options.criterion === "gini" || options.criterion === "entropy";

const classForest = (
  features: number,
  outputs: number,
  members: readonly DecisionTree[],
): TreeEnsemble => ({
  features,
  outputs,
  members,
  aggregate: "mean",
  base: new Float64Array(outputs),
  link: "identity",
  slope: 1,
  missing: "refused",
});

/** What `randomForest` asks of a worker thread. */
export function treeOfRequest(tree: number, shared: SharedTrees): RegressionTree {
  const request = { ...shared, tree };
  const { columns, target, weights, splitting } = request;
  const grow = { ...splitting, rng: splitsRng(request) };
  return growTree(columns, target, drawsOf(request), grow, weights);
}

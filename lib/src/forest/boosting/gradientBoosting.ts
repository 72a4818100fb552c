import {
  callable,
  count,
  kind,
  nonNegative,
  optional,
  fraction,
  record,
  word,
} from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { longRun, type LongRun, type LongRunOptions } from "../../core/tasks/longRun.js";
import { takeRows, tensor } from "../../core/tensor.js";
import { responses } from "../ensemble/link.js";
import type { DecisionTree, TreeEnsemble } from "../ensemble/treeEnsemble.js";
import { checkData, countedData, type RegressionData } from "../regressionData.js";
import { binnedColumns } from "./bins.js";
import { boostTree, histogramsInUse, type BoostTreeOptions } from "./boostTree.js";
import { makeHistograms } from "./histograms.js";
import { objectiveOf, type BoostingLoss, type Objective } from "./objectives.js";

/** Options of `gradientBoosting`; defaults are those of scikit-learn's HistGradientBoosting. */
export interface BoostingOptions extends LongRunOptions {
  /**
   * "squared error" (default) of numbers, "logistic" of labels 0 and 1, "softmax" of classes
   * numbered from 0.
   */
  readonly loss?: BoostingLoss;
  /** Trees of each output; 100 by default. */
  readonly rounds?: number;
  /** What of each tree is taken; 0.1 by default. */
  readonly learningRate?: number;
  /** 31 by default. */
  readonly maxLeaves?: number;
  /** Levels below the root; any number by default. */
  readonly maxDepth?: number;
  /** Samples that a leaf has at least; 20 by default. */
  readonly minimumLeaf?: number;
  /** λ of the squares of leaves; 0 by default. */
  readonly l2?: number;
  /** Of the histogram of a feature, up to 255 (default). */
  readonly bins?: number;
}

const depth = kind(
  "a whole number ≥ 1, or Infinity for no limit",
  (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 1),
);

const kinds = record({
  loss: optional(word(["squared error", "logistic", "softmax"])),
  rounds: optional(count(1)),
  learningRate: optional(fraction),
  maxLeaves: optional(count(2)),
  maxDepth: optional(depth),
  minimumLeaf: optional(count(1)),
  l2: optional(nonNegative),
  bins: optional(count(2, 255)),
  onDone: optional(callable),
});

/**
 * Gradient boosting (Friedman 2001) of trees grown leaf by leaf on histograms, to second order in
 * the loss (Chen and Guestrin 2016): each tree takes a step against the gradient of the loss at
 * what the trees before it say. Nothing is random. NaN is a missing value: each split learns where
 * it goes.
 *
 * What comes back is what `readForest` gives of files: `predict`, `contributions`, `shapley` and
 * `interactions` take it.
 * @param data  targets are numbers, or labels; with weights of samples, if any
 * @throws ShapeError, NumericalError for data that do not fit, ConfigError for options out of range
 *   and targets that are no labels
 * @example
 * ```ts
 * import { core, forest } from "phaselens";
 * const x = core.tensor([200, 1], Array.from({ length: 200 }, (_, n) => n / 200));
 * const target = x.data.map((v) => (v < 0.5 ? 0 : 1));
 * const model = await forest.gradientBoosting({ x, target }, { loss: "logistic", rounds: 20 });
 * console.log(forest.predict(model, core.tensor([1, 1], [0.9]))[0] > 0.9); // → true
 * ```
 */
export async function gradientBoosting(
  data: RegressionData,
  options: BoostingOptions = {},
): Promise<TreeEnsemble> {
  takes("gradientBoosting", { options: [options, kinds] });
  checkKnown(data);
  const { rows, target, weights } = countedData(data);
  const x = rows ? takeRows(data.x, rows) : data.x;
  const [samples, features] = x.shape;
  const objective = objectiveOf(options.loss ?? "squared error", target, weights);
  const { signal, onDone } = options;
  return longRun("gradientBoosting", { signal, onDone }, async (run) => {
    const columns = binnedColumns(x.data, samples, features, options.bins ?? 255);
    const members = await boosted(columns, objective, options, run);
    const { outputs, base, link } = objective;
    const own = { features, outputs, members, base, link, slope: 1 };
    return { ...own, aggregate: "sum", missing: "directed" };
  });
}

/** The data with missing values left aside. */
function checkKnown(data: RegressionData): void {
  const x = data?.x;
  const known =
    x?.data instanceof Float64Array && x.data.some(Number.isNaN)
      ? {
          ...data,
          x: tensor(
            x.shape,
            x.data.map((value) => (Number.isNaN(value) ? 0 : value)),
          ),
        }
      : data;
  checkData(known, "gradientBoosting");
}

async function boosted(
  columns: ReturnType<typeof binnedColumns>,
  { outputs, base, link, unit, derivatives }: Objective,
  options: BoostingOptions,
  run: LongRun,
): Promise<DecisionTree[]> {
  const { samples } = columns;
  const growing: BoostTreeOptions = {
    maxLeaves: options.maxLeaves ?? 31,
    maxDepth: options.maxDepth ?? Infinity,
    minimumLeaf: options.minimumLeaf ?? 20,
    l2: options.l2 ?? 0,
    learningRate: options.learningRate ?? 0.1,
  };
  const rounds = options.rounds ?? 100;
  const margins = Float64Array.from({ length: samples * outputs }, (_, k) => base[k % outputs]);
  const histograms = makeHistograms(columns, histogramsInUse(samples, growing), unit);
  const members: DecisionTree[] = [];
  for (let round = 0; round < rounds; round++) {
    await run.pause();
    const response = responses(margins, outputs, link, 1);
    for (let k = 0; k < outputs; k++) {
      derivatives(response, k, histograms.steps);
      const tree = boostTree(columns, histograms, k, growing, (rows, value) => {
        for (let at = 0; at < rows.length; at++) margins[rows[at] * outputs + k] += value;
      });
      members.push(tree);
    }
    run.tick(round + 1, rounds);
  }
  return members;
}

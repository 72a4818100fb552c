import { takes } from "../core/arguments/takes.js";
import { kind, optional, record } from "../core/arguments/kinds.js";
import { row } from "../core/tensor.js";
import { partOfMean, sumOf } from "../core/weights.js";
import { randomForest, type ForestOptions } from "./randomForest.js";
import { checkData, countedData, type CountedData, type RegressionData } from "./regressionData.js";
import { truncatedTree, type RandomForest } from "./tree.js";

/** Options of `chooseDepth`. */
export interface DepthOptions extends Omit<ForestOptions, "maxDepth" | "criterion"> {
  /** Where to start; 25 by default. */
  readonly maxDepth?: number;
  /**
   * Accuracies meet if the coefficient of determination on training data is at most this much
   * larger than on test data; .02 by default.
   */
  readonly tolerance?: number;
}

/** A point of the curve over depth, ready for `figures.line`. */
export interface DepthAccuracy extends Record<string, unknown> {
  readonly depth: number;
  /** Root mean squared errors, in units of the target. */
  readonly trainingRmse: number;
  readonly testRmse: number;
  /**
   * 1 − mean squared error / variance of the targets of the same set; of constant targets 1 if all
   * are met, else 0.
   */
  readonly trainingAccuracy: number;
  readonly testAccuracy: number;
}

/** The depth that was chosen, with the accuracies that it was chosen by. */
export interface DepthChoice {
  readonly depth: number;
  /** The forest of that depth. */
  readonly forest: RandomForest;
  /** From depth 0 to that of the deepest tree. */
  readonly curve: readonly DepthAccuracy[];
}

const atLeast0 = kind("a number ≥ 0", (value) => typeof value === "number" && value >= 0);

/**
 * The depth of a forest as Blücher et al. 2020, App. D, choose it: start deep, reduce "until the
 * training and test accuracy reach a similar level", so that trees keep as much as they can without
 * learning single samples by heart.
 *
 * How similar is left open in print: `tolerance`. The forest is grown once; its upper levels are
 * the shallower forests.
 * @throws as `randomForest`, ConfigError for a negative tolerance
 */
export async function chooseDepth(
  training: RegressionData,
  test: RegressionData,
  options: DepthOptions,
): Promise<DepthChoice> {
  takes("chooseDepth", { options: [options, record({ tolerance: optional(atLeast0) })] });
  const { maxDepth = 25, tolerance = 0.02 } = options;
  checkData(training, "chooseDepth, training");
  checkData(test, "chooseDepth, test", training.x.shape[1]);
  const { features, trees } = await randomForest(training, {
    ...options,
    maxDepth,
    criterion: "squared error", // depths are judged by squares
  });
  const sets = [training, test].map(countedData);
  const [seen, unseen] = sets.map((set) => errorsByDepth({ features, trees }, set, maxDepth));
  const [seenSpread, unseenSpread] = sets.map(spread);
  const levels = Math.max(seen.length, unseen.length);
  const curve = Array.from({ length: levels }, (_, depth): DepthAccuracy => {
    const [trainingError, testError] = [
      seen[Math.min(depth, seen.length - 1)],
      unseen[Math.min(depth, unseen.length - 1)],
    ];
    return {
      depth,
      trainingRmse: Math.sqrt(trainingError),
      testRmse: Math.sqrt(testError),
      trainingAccuracy: accuracy(trainingError, seenSpread),
      testAccuracy: accuracy(testError, unseenSpread),
    };
  });
  let depth = levels - 1;
  while (depth > 0 && !(curve[depth].trainingAccuracy - curve[depth].testAccuracy <= tolerance))
    depth--;
  return {
    depth,
    curve,
    forest: { features, trees: trees.map((tree) => truncatedTree(tree, depth)) },
  };
}

/** Mean squared error of the forest cut off at depth 0, 1, … until no sample goes deeper. */
function errorsByDepth(
  { trees }: RandomForest,
  { x, target, weights }: CountedData,
  maxDepth: number,
): number[] {
  const n = target.length;
  const total = weights ? sumOf(weights) : n;
  const errors: number[] = [];
  const nodes = trees.map(() => new Int32Array(n));
  for (let depth = 0, moved = true; moved && depth <= maxDepth; depth++) {
    moved = false;
    let squares = 0;
    for (let k = 0; k < n; k++) {
      const sample = row(x, k);
      let prediction = 0;
      for (let t = 0; t < trees.length; t++) {
        const { feature, threshold, left, value } = trees[t];
        const node = nodes[t][k];
        prediction += value[node];
        if (left[node] < 0) continue;
        nodes[t][k] = sample[feature[node]] <= threshold[node] ? left[node] : left[node] + 1;
        moved = true;
      }
      const error = (prediction / trees.length - target[k]) ** 2;
      squares += weights ? weights[k] * error : error;
    }
    errors.push(squares / total);
  }
  return errors;
}

function spread({ target, weights }: CountedData): number {
  const part = partOfMean(target.length, weights);
  let [mean, squares] = [0, 0];
  for (let k = 0; k < target.length; k++) mean += part(target[k], k);
  for (let k = 0; k < target.length; k++)
    squares += (weights ? weights[k] : 1) * (target[k] - mean) ** 2;
  return squares / (weights ? sumOf(weights) : target.length);
}

function accuracy(error: number, variance: number): number {
  if (variance > 0) return 1 - error / variance;
  return error === 0 ? 1 : 0;
}

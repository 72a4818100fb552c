import { tensor, type Tensor } from "../../core/tensor.js";
import { responses } from "../ensemble/link.js";
import { margins } from "../ensemble/margins.js";
import type { DecisionTree, TreeEnsemble } from "../ensemble/treeEnsemble.js";
import { addDeviation } from "./deviation.js";
import { lineMeans } from "./lineMeans.js";
import { mixed } from "./mixed.js";
import { nodeMeans } from "./paths.js";

/** Predictions of trees taken apart: prediction = bias + Σ_i contribution_i for each output. */
export interface TreeContributions {
  /** The same for all samples. [outputs] */
  readonly bias: Float64Array;
  /** `[n, features]` of one output, else `[n, outputs, features]`. */
  readonly contributions: Tensor;
  /** `[n, outputs]` row by row, the same numbers as those of `predict`. */
  readonly prediction: Float64Array;
  /** Standard errors of the contributions, in their shape, where they were asked for. */
  readonly error?: Tensor;
}

/** What is computed for some samples. */
export interface Work {
  readonly model: TreeEnsemble;
  readonly x: Tensor;
  readonly background?: Tensor;
  readonly output: "margin" | "response";
  readonly errors?: "trees" | "background";
  readonly caller: string;
}

/** Adds the contributions of a tree to margins to `into`, [n, outputs, features]. */
export type AddTree = (tree: DecisionTree, into: Float64Array) => void;

/** Whether responses are others than margins. */
export const isLinked = ({ model: { link, slope }, output }: Work): boolean =>
  output === "response" && !(link === "identity" && slope === 1);

/**
 * Contributions that are sums over trees, without looking at the arguments; to responses by the
 * mean slope of the link between the bias and the prediction.
 */
export function attribution(work: Work, add: AddTree): TreeContributions {
  const { model, x, errors } = work;
  const linked = isLinked(work);
  const prediction = margins(model, x.data, x.shape[0]);
  const respond = (m: Float64Array): Float64Array =>
    linked ? responses(m, model.outputs, model.link, model.slope) : m;
  const { parts, error } = overTrees(work, add);
  const bias = biasOf(work);
  if (linked) rescale(model, bias, prediction, parts);
  return result(work, respond(bias), parts, respond(prediction), errors && error);
}

/** Numbers in their shapes. */
export function result(
  { model: { outputs, features }, x }: Work,
  bias: Float64Array,
  parts: Float64Array,
  prediction: Float64Array,
  error: Float64Array | undefined,
): TreeContributions {
  const shape = outputs === 1 ? [x.shape[0], features] : [x.shape[0], outputs, features];
  const own = { bias, contributions: tensor(shape, parts), prediction };
  return error ? { ...own, error: tensor(shape, error) } : own;
}

/** Sums or means over the trees of contributions to margins, and the errors of means. */
function overTrees(work: Work, add: AddTree): { parts: Float64Array; error: Float64Array } {
  const { model, x, errors } = work;
  const { members, outputs, features, aggregate } = model;
  const count = x.shape[0] * outputs * features;
  const parts = new Float64Array(count);
  const trees = members.length;
  const scale = aggregate === "mean" ? trees : 1;
  if (errors !== "trees") {
    for (const tree of members) add(tree, parts);
    return { parts: parts.map((sum) => sum / scale), error: parts };
  }
  const own = new Float64Array(count);
  const squares = new Float64Array(count);
  members.forEach((tree, t) => {
    own.fill(0);
    add(tree, own);
    addDeviation(own, t, parts, squares);
  });
  // what a bootstrap of the trees converges to: their spread over the root of their number
  return { parts, error: squares.map((sum) => Math.sqrt(sum) / trees) };
}

/** Mean margin over the training samples of the covers, or over the background. [outputs] */
function biasOf({ model, background, caller }: Work): Float64Array {
  const { outputs, base, members, aggregate } = model;
  if (background) {
    const found = margins(model, background.data, background.shape[0]);
    const bias = new Float64Array(outputs);
    found.forEach((m, k) => (bias[k % outputs] += m / background.shape[0]));
    return bias;
  }
  const bias = new Float64Array(outputs);
  for (const tree of members) {
    const means = nodeMeans(tree, caller);
    for (let k = 0; k < tree.width; k++) bias[tree.output + k] += means[k];
  }
  return bias.map((sum, k) => base[k] + sum / (aggregate === "mean" ? members.length : 1));
}

/** Contributions to margins become those to responses: see `lineMeans`. */
function rescale(
  { outputs, features, link, slope }: TreeEnsemble,
  bias: Float64Array,
  prediction: Float64Array,
  parts: Float64Array,
): void {
  const means = new Float64Array(outputs * outputs);
  const size = outputs * features;
  for (let s = 0; s * outputs < prediction.length; s++) {
    const to = prediction.subarray(s * outputs, (s + 1) * outputs);
    lineMeans(bias, to, link, slope, means);
    const own = parts.subarray(s * size, (s + 1) * size);
    own.set(mixed(means, own, outputs, features));
  }
}

import { callable, count, optional, record, tensorOf, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { parallelMap } from "../../core/tasks/parallel.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { checkModelInputs } from "../ensemble/checkModelInputs.js";
import { ensembleOf, type TreeEnsemble, type TreeModel } from "../ensemble/treeEnsemble.js";
import { checkModel } from "../regressionData.js";
import { attribution, isLinked, result, type TreeContributions, type Work } from "./attribution.js";
import { responses } from "../ensemble/link.js";
import { margins } from "../ensemble/margins.js";
import { addInterventional } from "./interventional.js";
import { addPairs } from "./pairs.js";
import { addPathDependent } from "./pathDependent.js";
import { samplesOf } from "./samples.js";

/** Options of `shapley`. */
export interface ShapleyOptions extends LongRunOptions {
  /**
   * Samples whose values stand for features that are not known, [m, features]: interventional
   * values. Without them (default) branches are weighed by the training samples in them:
   * path-dependent values.
   */
  readonly background?: Tensor;
  /** What is taken apart: the margin (default), or the response, e.g. a probability. */
  readonly output?: "margin" | "response";
  /**
   * Standard errors from resampling the "trees" of a forest, or the "background" (default none).
   * Both are the limit of many bootstraps: spread over the root of the number.
   */
  readonly errors?: "trees" | "background";
  /** Worker threads; by default one for each core if there is work for more than a moment. */
  readonly jobs?: number;
}

/** Below so many samples × nodes threads cost more than they save. */
const WORTH_THREADS = 2e7;
/** Samples that go to a thread together, at least. */
const BLOCK = 1024;

/**
 * Shapley values of predictions of trees (Lundberg et al. 2018, 2020), exactly:
 *
 *   φ_i = Σ_{S ∌ i} |S|! (M − |S| − 1)! / M! [v(S ∪ i) − v(S)],   prediction = bias + Σ_i φ_i
 *
 * Path-dependent: v(S) is the mean over the leaves by their covers, except at nodes that ask for a
 * feature of S, where the sample decides. Interventional: v(S) is the mean prediction over the
 * background with the features of S set to the sample's values.
 *
 * Of responses behind a link the values are rescaled margins: by the mean slope of the link between
 * the bias and the prediction (path-dependent), or for each pair of sample and background
 * (interventional, as `shap` does for probabilities).
 * @param x  [n, features]
 * @throws ShapeError for another number of features, NumericalError where covers are needed and the
 *   file has none, ConfigError for errors that there are not
 * @example
 * ```ts
 * import { core, forest } from "phaselens";
 * const x = core.tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1]);
 * const grow = { seed: 1, trees: 1, bootstrap: false };
 * const model = await forest.randomForest({ x, target: [0, 0, 0, 1] }, grow);
 * const { bias, contributions } = await forest.shapley(model, core.tensor([1, 2], [1, 1]));
 * console.log(bias[0], Array.from(contributions.data)); // → 0.25 [ 0.375, 0.375 ]
 * ```
 */
export async function shapley(
  model: TreeModel,
  x: Tensor,
  options: ShapleyOptions = {},
): Promise<TreeContributions> {
  checkModel(model, "shapley");
  takes("shapley", {
    options: [
      options,
      record({
        background: optional(tensorOf(["m", "features"], "any")),
        output: optional(word(["margin", "response"])),
        errors: optional(word(["trees", "background"])),
        jobs: optional(count(1)),
        onDone: optional(callable),
      }),
    ],
  });
  checkModelInputs(model, x, "shapley");
  const { background, output = "margin", errors } = options;
  if (background) checkModelInputs(model, background, "shapley, background");
  const ensemble = ensembleOf(model);
  checkErrors(ensemble, background, errors);
  const work = { model: ensemble, background, output, errors, caller: "shapley" } as const;
  return inBlocks(work, x, options);
}

/** @throws ConfigError for errors that the trees or the background do not have */
function checkErrors(
  { aggregate, members }: TreeEnsemble,
  background: Tensor | undefined,
  errors: ShapleyOptions["errors"],
): void {
  const refuse = (fact: string, cure: string): never => {
    throw new ConfigError(`shapley: ${fact}. ${cure}.`, { errors });
  };
  if (errors === "trees" && aggregate === "sum")
    refuse(
      "boosted trees are no sample of trees, each is grown on what those before it left",
      'Give a background and errors: "background", or compare models grown on resampled data',
    );
  if (errors === "trees" && members.length < 2)
    refuse("there is one tree, which has no spread", "Grow a forest of at least two");
  if (errors === "background" && !(background && background.shape[0] >= 2))
    refuse(
      `background is ${background ? `${background.shape[0]} sample` : background}, which has no spread`,
      "Give at least two samples",
    );
}

async function inBlocks(
  work: Omit<Work, "x">,
  x: Tensor,
  { jobs, signal, onDone }: ShapleyOptions,
): Promise<TreeContributions> {
  const [n, features] = x.shape;
  const nodes = work.model.members.reduce((sum, { feature }) => sum + feature.length, 0);
  const small = n * nodes < WORTH_THREADS;
  const rows = Math.max(BLOCK, Math.ceil(n / 16));
  const blocks = Array.from({ length: Math.max(1, Math.ceil(n / rows)) }, (_, k): Work => {
    const [from, to] = [k * rows, Math.min(n, (k + 1) * rows)];
    const data = x.data.slice(from * features, to * features);
    return { ...work, x: tensor([to - from, features], data) };
  });
  const task = { module: import.meta.url, name: "attributionOfBlock", compute: attributionOfBlock };
  const found = await parallelMap<Work, TreeContributions>(task, blocks, {
    label: work.caller,
    jobs: jobs ?? (small ? 1 : undefined),
    signal,
    onDone,
  });
  return joined(found, n);
}

/** What `shapley` asks of a worker thread. */
export function attributionOfBlock(work: Work): TreeContributions {
  const { model, x, background, errors, caller } = work;
  const samples = samplesOf(x);
  if (!background)
    return attribution(work, (tree, into) =>
      addPathDependent(tree, samples, model.outputs, into, caller),
    );
  const ground = samplesOf(background);
  const linked = isLinked(work);
  if (!linked && errors !== "background")
    return attribution(work, (tree, into) =>
      addInterventional(tree, samples, ground, model.outputs, into),
    );
  // responses are no sum over trees, so each pair of samples is on its own; so are its errors
  const { parts, error, bias } = addPairs(model, samples, ground, linked);
  const found = margins(model, x.data, x.shape[0]);
  const prediction = linked ? responses(found, model.outputs, model.link, model.slope) : found;
  return result(work, bias, parts, prediction, errors && error);
}

function joined(found: readonly TreeContributions[], n: number): TreeContributions {
  const [{ bias, contributions, error }] = found;
  const shape = [n, ...contributions.shape.slice(1)];
  const whole = (pick: (one: TreeContributions) => Float64Array): Float64Array => {
    const data = new Float64Array(found.reduce((sum, one) => sum + pick(one).length, 0));
    let at = 0;
    for (const one of found) {
      data.set(pick(one), at);
      at += pick(one).length;
    }
    return data;
  };
  const own = {
    bias,
    contributions: tensor(
      shape,
      whole((one) => one.contributions.data),
    ),
    prediction: whole((one) => one.prediction),
  };
  return error
    ? {
        ...own,
        error: tensor(
          shape,
          whole((one) => one.error!.data),
        ),
      }
    : own;
}

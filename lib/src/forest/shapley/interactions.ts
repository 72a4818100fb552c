import { takes } from "../../core/arguments/takes.js";
import { tensorOf } from "../../core/arguments/kinds.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { checkModelInputs } from "../ensemble/checkModelInputs.js";
import { ensembleOf, type TreeModel } from "../ensemble/treeEnsemble.js";
import { checkModel } from "../regressionData.js";
import { attribution } from "./attribution.js";
import { addPathDependent } from "./pathDependent.js";
import { samplesOf } from "./samples.js";
import { addInteractions } from "./pairInteractions.js";

/** Predictions of trees taken apart by pairs of features. */
export interface Interactions {
  /** [outputs] */
  readonly bias: Float64Array;
  /**
   * Φ_ij, of one output `[n, features, features]`, else `[n, outputs, features, features]`: half of
   * an interaction stands in each of ij and ji, what is left of φ_i on the diagonal.
   */
  readonly interactions: Tensor;
}

/**
 * Path-dependent Shapley interaction values of margins (Lundberg et al. 2020): margin = bias + Σ_ij
 * Φ_ij and φ_i = Σ_j Φ_ij.
 * @param x  [n, features]
 * @throws ShapeError for another number of features, NumericalError where the file has no covers
 * @example
 * ```ts
 * import { core, forest } from "phaselens";
 * const x = core.tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1]);
 * const grow = { seed: 1, trees: 1, bootstrap: false };
 * const model = await forest.randomForest({ x, target: [0, 0, 0, 1] }, grow);
 * const { interactions } = forest.interactions(model, core.tensor([1, 2], [1, 1]));
 * console.log(Array.from(interactions.data)); // → [ 0.25, 0.125, 0.125, 0.25 ]
 * ```
 */
export function interactions(model: TreeModel, x: Tensor): Interactions {
  checkModel(model, "interactions");
  takes("interactions", { x: [x, tensorOf(["n", "features"], "any")] });
  checkModelInputs(model, x, "interactions");
  const ensemble = ensembleOf(model);
  const { members, outputs, features, aggregate } = ensemble;
  const work = { model: ensemble, x, output: "margin", caller: "interactions" } as const;
  const samples = samplesOf(x);
  const { bias, contributions } = attribution(work, (tree, into) =>
    addPathDependent(tree, samples, outputs, into, "interactions"),
  );
  const shape = [x.shape[0], ...(outputs === 1 ? [] : [outputs]), features, features];
  const found = tensor(shape);
  for (const tree of members) addInteractions(tree, samples, outputs, found.data, "interactions");
  const scale = aggregate === "mean" ? members.length : 1;
  contributions.data.forEach((whole, row) => {
    const own = found.data.subarray(row * features, (row + 1) * features);
    let others = 0;
    for (let j = 0; j < features; j++) others += own[j] /= scale;
    own[row % features] = whole - others;
  });
  return { bias, interactions: found };
}

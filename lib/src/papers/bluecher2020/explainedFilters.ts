import { takes } from "../../core/arguments/takes.js";
import { count, optional, record } from "../../core/arguments/kinds.js";
import { cached } from "../../core/cache/cache.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { oneOf } from "../../core/oneOf.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import type { GeneratedFolder } from "../../generate/openGenerated.js";
import { filterRelevance } from "../../lrp/propagation/relevance.js";
import { aGeneratedFolder, runFields, someSeeds } from "../shared/arguments.js";
import { tableIII } from "./composites.js";
import { cnn } from "./networks.js";
import { binTargets, labelBins, predictedValues, type Bins } from "../../nn/losses/bins.js";
import type { Network } from "../../nn/network/network.js";
import { predict } from "../../nn/losses/risk.js";
import { recipes, type RecipeName } from "./namedRecipes.js";
import { filterClasses, firstFilters, type FilterFacts } from "./filterClasses.js";
import { filterPatterns, type FilterPatternFacts } from "./filterPatterns.js";
import { labelledFields, type Labelled } from "./labelled.js";
import { phaseErrors, type PhaseErrors } from "./phaseErrors.js";
import { trainedNetworks } from "./trainedNetworks.js";

/** A network of Blücher et al. 2020, Table III, with what Figs. 6 to 8 show of it. */
export interface ExplainedFilters {
  readonly theta: Float64Array;
  /** κ̂ of the test configurations, [n]. */
  readonly predicted: Float64Array;
  readonly errors: PhaseErrors;
  /** Relevance of the filters, each test configuration with both signs, [n, filters]. */
  readonly relevance: Tensor;
  /** [filters, 2, 2, 2] */
  readonly filters: Tensor;
  readonly facts: readonly FilterFacts[];
  readonly patterns: readonly FilterPatternFacts[];
}

/** Options of `explainedFilters`. */
export interface ExplainedFiltersOptions extends LongRunOptions {
  readonly seeds: readonly number[];
  readonly recipe: RecipeName;
  /** Filters of the convolution, default 5 as in the paper. */
  readonly count?: number;
}

/**
 * Convolutional networks trained on an ensemble folder from several seeds, and their filters
 * explained; both are kept in the cache.
 */
export async function explainedFilters(
  folder: GeneratedFolder,
  options: ExplainedFiltersOptions,
): Promise<{
  readonly network: Network;
  readonly bins: Bins;
  readonly test: Labelled;
  readonly found: readonly ExplainedFilters[];
}> {
  takes("explainedFilters", {
    folder: [folder, aGeneratedFolder],
    options: [
      options,
      // an affine layer of more filters than that has no room in memory
      record({ seeds: someSeeds, count: optional(count(1, 2 ** 16)), ...runFields }),
    ],
  });
  const { seeds, recipe, count: filters = 5, ...run } = options;
  oneOf(recipe, Object.keys(recipes) as RecipeName[], "explainedFilters: recipe");
  const [network, bins, test] = [
    cnn({ filters }),
    labelBins(folder.couplings),
    labelledFields(folder, "test"),
  ];
  const samples = (): { x: Tensor; target: Tensor } => {
    const training = labelledFields(folder, "training");
    return { x: training.x, target: binTargets(training.kappa, bins, { normalised: false }) };
  };
  const thetas = await trainedNetworks(network, samples, folder, {
    seeds,
    recipe,
    data: "fields",
    ...run,
  });
  const params = {
    manifest: folder.manifest,
    recipe: recipes[recipe].description,
    seeds,
    filters,
  };
  const explained = await cached({ function: "explained filters", version: 2, params }, () =>
    thetas.map((theta) => ({
      predicted: predictedValues(predict(network, theta, test.x), bins),
      relevance: bothSigns(test.x, (x) => filterRelevance(network, theta, x, tableIII).filters),
    })),
  );
  const found = explained.map(({ predicted, relevance }, k): ExplainedFilters => {
    const weights = firstFilters(network, thetas[k]);
    const [errors, facts] = [
      phaseErrors(test.kappa, predicted),
      filterClasses(weights, relevance, test.kappa),
    ];
    return {
      theta: thetas[k],
      predicted,
      errors,
      relevance,
      filters: weights,
      facts,
      patterns: filterPatterns(weights),
    };
  });
  return { network, bins, test, found };
}

/**
 * Explains each sample with both signs, as the symmetry φ → −φ of the training asks for, and
 * averages the two: what is left does not depend on which sign the sampler happened to find.
 * @param explain  [n, …] ↦ [n, columns]
 * @returns        [n, columns]
 */
export function bothSigns(x: Tensor, explain: (x: Tensor) => Tensor): Tensor {
  const [as, opposite] = [
    explain(x),
    explain(
      tensor(
        x.shape,
        x.data.map((value) => -value),
      ),
    ),
  ];
  const mean = tensor(as.shape);
  for (let n = 0; n < as.shape[0]; n++) {
    const [a, b, into] = [row(as, n), row(opposite, n), row(mean, n)];
    for (let k = 0; k < into.length; k++) into[k] = (a[k] + b[k]) / 2;
  }
  return mean;
}

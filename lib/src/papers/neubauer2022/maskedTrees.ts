import { count, listOf, optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { oneOf } from "../../core/oneOf.js";
import { makeRng } from "../../core/random/rng.js";
import { auc } from "../../core/statistics/auc.js";
import { takeRows, tensor } from "../../core/tensor.js";
import type { TreeModel } from "../../forest/ensemble/treeEnsemble.js";
import { predict } from "../../forest/predict.js";
import { someGroups } from "../../taggers/arguments.js";
import { featureEntries, type JetInputs } from "../../taggers/jetInputs.js";
import { maskings } from "../../taggers/masking.js";
import { replacements } from "../../taggers/replacements.js";
import { jetSummaries } from "./jetSummaries.js";
import type { MaskedTaggers, MaskedTaggersOptions } from "./maskedTaggers.js";
import { overModels } from "./overModels.js";
import { taggedOnes, type TaggedJets } from "./taggedJets.js";

/** Options of `maskedTrees`, as for `maskedTaggers`. */
export type MaskedTreesOptions = Pick<MaskedTaggersOptions, "masking" | "groups" | "jets">;

/**
 * ΔAUC of trees that read `jetSummaries` of raw jets, as `maskedTaggers` gives it of networks: a
 * feature of all tracks or vertices is masked in raw units, and the summaries are made again.
 * @param models  trees of one output, the margin of H → bb̄
 * @throws ConfigError for unknown names, ShapeError for trees that read something else
 */
export function maskedTrees(
  models: readonly TreeModel[],
  jets: TaggedJets,
  options: MaskedTreesOptions = {},
): MaskedTaggers {
  takes("maskedTrees", {
    models: [models, listOf(record(), 1)],
    jets: [jets, taggedOnes],
    options: [options, record({ groups: optional(someGroups), jets: optional(count(1)) })],
  });
  const { masking = "zero", groups = {} } = options;
  oneOf(masking, maskings, "maskedTrees: masking");
  const few = firstJets(jets.raw, options.jets);
  const n = few.x.shape[0];
  const signal = jets.signal.slice(0, n);
  const weights = jets.weights && Float64Array.from(jets.weights).slice(0, n);
  const areas = (x: JetInputs["x"]): number[] => {
    const summaries = jetSummaries({ ...few, x }).x;
    return models.map((model) =>
      auc(predict(model, summaries, { output: "margin" }), signal, weights),
    );
  };
  const unmasked = areas(few.x);
  const instead = replacements(few, masking, "raw", makeRng(0, "deltaAuc"));
  const drops = (names: readonly string[]): number[] =>
    areas(masked(few, names, instead)).map((area, k) => 100 * (unmasked[k] - area));
  const { tracks, vertices } = few.layout.features;
  return {
    masking,
    space: "raw",
    auc: unmasked,
    features: [...tracks, ...vertices].map((name) => overModels(name, drops([name]))),
    groups: Object.entries(groups).map(([name, names]) => overModels(name, drops(names))),
  };
}

function firstJets({ x, layout }: JetInputs, jets = Infinity): JetInputs {
  const rows = Array.from({ length: Math.min(jets, x.shape[0]) }, (_, n) => n);
  return { x: takeRows(x, rows), layout };
}

/** The jets with these features replaced in all slots; 0 where there is nothing in their place. */
function masked(
  { x, layout }: JetInputs,
  names: readonly string[],
  instead: Float64Array | undefined,
): JetInputs["x"] {
  const [n, width] = x.shape;
  const data = x.data.slice();
  for (const name of names) {
    const { start, length } = featureEntries(layout, name);
    for (let from = start; from < data.length; from += width) {
      const to = from + length;
      if (instead) data.set(instead.subarray(from, to), from);
      else data.fill(0, from, to);
    }
  }
  return tensor([n, width], data);
}

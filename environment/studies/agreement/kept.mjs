// What the tasks of the study share: taggers and what explains their margins, each kept in a file.
import { join } from "node:path";
import { core } from "phaselens";
import { kept } from "../study.mjs";
import { omissionOf, relevanceAt, relevanceOfTracks, relevanceShares } from "./explained.mjs";
import { studiedJets } from "./jets.mjs";
import { grownTrees, isNetwork, marginOf, trainedNetwork, untrained } from "./taggers.mjs";

export const SEEDS = [1, 2, 3];

const models = {};
/** Trained parameters, or trees, which are grown again in each process. */
export const modelOf = (architecture, seed, folder) =>
  (models[`${architecture} ${seed} ${folder}`] ??= makeModel(architecture, seed, folder));

async function makeModel(architecture, seed, folder) {
  const { training } = await studiedJets();
  if (!isNetwork(architecture)) return grownTrees(training, { seed });
  const { theta } = await kept(fileOf("networks", architecture, seed, folder), () => ({
    theta: [...trainedNetwork(architecture, training, { seed })],
  }));
  return Float64Array.from(theta);
}

const fileOf = (room, architecture, seed, folder) =>
  join(folder, room, `${architecture.replace(/ /g, "-")}-${seed}.json`);

/**
 * Of one tagger: AUC, the distance of the mean margins of the classes, and for each track of the
 * explained jets its relevance, that before training, and the margin that it holds.
 */
export const explainedBy = (architecture, seed, folder) =>
  kept(fileOf("explained", architecture, seed, folder), async () => {
    const { test, explained } = await studiedJets();
    const model = await modelOf(architecture, seed, folder);
    const margin = marginOf(architecture, model);
    const margins = margin(test.inputs);
    const mean = (is) => core.mean([...margins].filter((_, n) => test.signal[n] === is));
    return {
      auc: core.auc(margins, test.signal),
      separation: mean(true) - mean(false),
      omission: omissionOf(margin, explained),
      ...(isNetwork(architecture) && relevanceFor(architecture, { model, seed, explained })),
    };
  });

function relevanceFor(architecture, { model, seed, explained }) {
  const at = relevanceAt(architecture, model, explained);
  const before = relevanceAt(architecture, untrained(architecture, seed), explained);
  return {
    relevance: relevanceOfTracks(at, explained),
    untrained: relevanceOfTracks(before, explained),
    groups: relevanceShares(architecture, at, explained),
  };
}

export const explainedByAll = (architecture, folder) =>
  Promise.all(SEEDS.map((seed) => explainedBy(architecture, seed, folder)));

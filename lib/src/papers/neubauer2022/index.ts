// Neubauer & Roy 2022 (arXiv:2206.06632): taggers of H → bb̄ jets, which of their inputs matter and
// how small they may be.
export { data, type DataOptions, type SetName } from "./data.js";
export { pythiaData, type PythiaOptions } from "./pythiaData.js";
export { jets, type JetsOptions } from "./jets.js";
export type { SetOfFiles } from "./jetSampleFiles.js";
export { taggers, type PublishedTagger } from "./taggers.js";
export { recipes } from "./namedRecipes.js";
export { composite } from "./composite.js";
export {
  type MeasuredJets,
  type TaggedJets,
  type TaggedJetsOptions,
  taggedJets,
} from "./taggedJets.js";
export * from "./trainedTaggers.js";
export {
  explainedTracks,
  type ExplainedTracks,
  type ExplainedTracksOptions,
} from "./explainedTracks.js";
export type { RemovedTracks } from "./removedTracks.js";
export { explainedPairs, type PairLayer, type PairShare } from "./explainedPairs.js";
export { jetSummaries, type JetSummaries } from "./jetSummaries.js";
export * from "./maskedTaggers.js";
export { maskedTrees, type MaskedTreesOptions } from "./maskedTrees.js";
export type { MaskedFeature } from "./overModels.js";
export * from "./taggersOfBothSamples.js";

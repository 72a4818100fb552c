// Blücher et al. 2020, Phys. Rev. D 101, 094507 (arXiv:2003.01504): phases of scalar Yukawa theory,
// read off fields and observables by networks that relevance propagation explains.
export { couplings, parameters, phases } from "./parameters.js";
export type { ObservablesOptions } from "./observables.js";
export { cnn, mlp } from "./networks.js";
export { recipes, type RecipeName } from "./namedRecipes.js";
export { cnnTraining, type Training } from "./training.js";
export { tableII, tableIII } from "./composites.js";
export * from "./labelled.js";
export * from "./wholeEnsembles.js";
export { type TrainedOptions, trainedNetworks } from "./trainedNetworks.js";
export * from "./phaseErrors.js";
export * from "./observableGroups.js";
export { couplingMeans, couplingShares } from "./couplingCurves.js";
export * from "./couplingPanels.js";
export * from "./acrossSeeds.js";
export { cubeCorners, cubeSymmetries } from "./cubeSymmetries.js";
export * from "./filterResponse.js";
export { type FilterClass, type FilterFacts, firstFilters } from "./filterClasses.js";
export {
  type FilterPattern,
  type FilterPatternFacts,
  type FilterSet,
  filterSet,
  filterSimilarity,
} from "./filterPatterns.js";
export * from "./filterScan.js";
export {
  type ExplainedFilters,
  type ExplainedFiltersOptions,
  explainedFilters,
} from "./explainedFilters.js";

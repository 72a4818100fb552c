// Blücher et al. 2020, Phys. Rev. D 101, 094507 (arXiv:2003.01504): phases of scalar Yukawa theory,
// read off fields and observables by networks that relevance propagation explains.
export { couplings, parameters, phases } from "./parameters.js";
export type { ObservablesOptions } from "./observables.js";
export { cnn, mlp } from "./networks.js";
export { cnnPaperRecipe, cnnRecipe, mlpPaperRecipe, mlpRecipe } from "./recipes.js";
export { cnnTraining, mlpTraining, type Training } from "./training.js";
export { tableII, tableIII } from "./composites.js";
export * from "./labelled.js";
export * from "./wholeEnsembles.js";
export * from "./trainedNetworks.js";
export * from "./phaseErrors.js";
export * from "./observableGroups.js";
export * from "./couplingCurves.js";
export * from "./couplingPanels.js";
export * from "./acrossSeeds.js";
export * from "./cubeSymmetries.js";
export * from "./filterResponse.js";
export * from "./filterClasses.js";
export * from "./filterPatterns.js";
export * from "./filterScan.js";
export * from "./explainedFilters.js";

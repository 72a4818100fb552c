// Dawid et al. 2021, New J. Phys. 24, 015003 (arXiv:2108.02154): the phase of a Fermi–Hubbard chain
// from its ground state, by networks that Hessian-based tools audit.
export { data, phaseNames, type Data, type DataOptions, type SetName } from "./data.js";
export * from "./globalSigns.js";
export { cnn, gapCnn } from "./networks.js";
export { measures } from "./measures.js";
export { published, type Published } from "./published.js";
export { type NetworkRecipe, recipes } from "./recipes.js";
export { recipeFigure, type RecipeFigureOptions, type VerdictPanel } from "./recipeFigure.js";
export * from "./recipeStudy.js";
export type { SignVerdicts } from "./signVerdicts.js";
export * from "./trained.js";
export type { UncertainRegion } from "./uncertainRegion.js";
export * from "./verdicts.js";

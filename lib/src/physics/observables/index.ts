// Observables of fields, one a file, and their averages over ensembles.
export { bluecher2020Phases } from "./bluecher2020Phases.js";
export { cramerRaoBound } from "./cramerRao.js";
export * from "./grids.js";
export * from "./minMax.js";
export { sampledObservable, type SampledEstimate } from "./sampledObservable.js";
export * from "./actionDensity.js";
export * from "./bluecher2020Observables.js";
export * from "./ensembleAverage.js";
export * from "./ensembleObservables.js";
export * from "./fieldCorrelator.js";
export * from "./localMoments.js";
export * from "./magnetisation.js";
export * from "./paramagneticObservable.js";
export * from "./susceptibility.js";
export * from "./timeSlicedCorrelator.js";

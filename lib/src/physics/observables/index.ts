// Observables of fields, one a file, and their averages over ensembles.
export { cramerRaoBound } from "./cramerRao.js";
export { minMaxNormalise, type MinMax } from "./minMax.js";
export { sampledObservable, type SampledEstimate } from "./sampledObservable.js";
export { actionDensity } from "./actionDensity.js";
export { measure, ensembleAverage } from "./ensembleAverage.js";
export {
  scanObservables,
  type MeasuredEnsemble,
  type ObservableName,
  type ScanRow,
} from "./ensembleObservables.js";
export {
  fieldCorrelator,
  nearestNeighbourCorrelator,
  diagonalCorrelator,
} from "./fieldCorrelator.js";
export { squaredField, quarticField } from "./localMoments.js";
export { magnetisation, staggeredMagnetisation } from "./magnetisation.js";
export { paramagneticObservable, type ParamagneticOptions } from "./paramagneticObservable.js";
export { susceptibility, binderCumulant } from "./susceptibility.js";
export { timeSlicedCorrelator } from "./timeSlicedCorrelator.js";

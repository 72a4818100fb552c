// Resampling uncertainty (RUE): bootstrap of the training set, linear, by response
// and by retraining.
export { bootstrapCounts } from "./bootstrap.js";
export { bootstrapRetraining, type BootstrapRetrainingOptions } from "./bootstrapRetraining.js";
export {
  bootstrapResponse,
  type BootstrapResponse,
  type BootstrapResponseOptions,
} from "./bootstrapResponse.js";
export { lossesAt, type LossesAtOptions } from "./lossesAt.js";
export {
  resamplingUncertainty,
  spreadOfLosses,
  linearisedUncertainty,
  type ResamplingInput,
  type ResamplingOptions,
  type ResamplingUncertainty,
} from "./resampling.js";
export {
  resamplingStudy,
  type ResamplingStudyOptions,
  type StudiedNetwork,
} from "./resamplingStudy.js";

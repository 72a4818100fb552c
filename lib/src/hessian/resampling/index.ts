// Resampling uncertainty (RUE): bootstrap of the training set, linear, by response
// and by retraining.
export { bootstrap } from "./bootstrapRecord.js";
export type { BootstrapRetrainingOptions } from "./bootstrapRetraining.js";
export type { BootstrapResponse, BootstrapResponseOptions } from "./bootstrapResponse.js";
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

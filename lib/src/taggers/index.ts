export {
  deltaAuc,
  type DeltaAucOptions,
  type DeltaAucRow,
  type DeltaAuc,
  type MaskedDeltaAuc,
} from "./deltaAuc.js";
export { fidelity } from "./fidelity.js";
export { hiddenBiases } from "./hiddenBiases.js";
export type { InteractionNetworkParts } from "./interactionLayers.js";
export {
  interactionNetwork,
  type InteractionNetworkWidths,
  type InteractionNetworkOptions,
} from "./interactionNetwork.js";
export {
  jetInputs,
  selectFeatures,
  type JetFeatures,
  type JetInputs,
  type JetLayout,
  type JetScale,
} from "./jetInputs.js";
export { marginHead, type MarginHead } from "./marginHead.js";
export { objectSamples, type ObjectSamplesOptions } from "./objectSamples.js";
export { reducedNetwork, type ReducedNetwork } from "./reducedNetwork.js";
export { reduceModel, type ReduceModelOptions, type ReducedModel } from "./reduceModel.js";
export {
  relativeNeuralActivity,
  quietShare,
  type RelativeNeuralActivityOptions,
  type LayerActivity,
} from "./relativeNeuralActivity.js";
export { maskingWords, type Masking, type MaskingSpace } from "./masking.js";
export { retrainedDeltaAuc, type RetrainedDeltaAucOptions } from "./retrainedDeltaAuc.js";
export { rocCurve, backgroundAt, aucWithError, type RocCurve, type AucEstimate } from "./roc.js";
export { scores } from "./scores.js";
export { jetScale, standardise } from "./standardise.js";

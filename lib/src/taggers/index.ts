export * from "./deltaAuc.js";
export * from "./fidelity.js";
export * from "./hiddenBiases.js";
export * from "./interactionLayers.js";
export * from "./interactionNetwork.js";
export {
  jetInputs,
  jetLayout,
  selectFeatures,
  type JetFeatures,
  type JetInputs,
  type JetLayout,
  type JetScale,
} from "./jetInputs.js";
export * from "./marginHead.js";
export * from "./networkFromTensors.js";
export * from "./recipes.js";
export * from "./reducedNetwork.js";
export * from "./reduceModel.js";
export * from "./relativeNeuralActivity.js";
export {
  maskings,
  maskingSpaces,
  maskingWords,
  type Masking,
  type MaskingSpace,
} from "./masking.js";
export * from "./retrainedDeltaAuc.js";
export * from "./roc.js";
export { scores } from "./scores.js";
export { jetScale, standardise } from "./standardise.js";

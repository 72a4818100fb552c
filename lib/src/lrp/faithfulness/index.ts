// Whether an explanation can be believed: flipping, randomisation, noise.
export {
  featureFlipping,
  type FeatureFlippingOptions,
  type FlippingCurve,
} from "./featureFlipping.js";
export { parameterRandomisation, type RandomisationRow } from "./parameterRandomisation.js";
export { noiseSensitivity, type NoiseSensitivity } from "./noiseSensitivity.js";

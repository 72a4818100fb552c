// Whether an explanation can be believed: flipping, randomisation, noise.
export * from "./featureFlipping.js";
export * from "./parameterRandomisation.js";
export * from "./noiseSensitivity.js";

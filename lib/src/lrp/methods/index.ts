// Attribution methods: what explains a prediction, by one call.
export type { Reference } from "./baseline.js";
export type { AttributionMethod, AttributionProblem, Attributor } from "./method.js";
export { attribute, type AttributeOptions, type Attribution } from "./attribute.js";
export { gradient, gradientTimesInput } from "./gradients.js";
export { integratedGradients, type IntegratedGradientsOptions } from "./integratedGradients.js";
export { smoothGrad, type SmoothGradOptions } from "./smoothGrad.js";
export { deepLift } from "./deepLift.js";
export { occlusion, type OcclusionOptions } from "./occlusion.js";
export { patches, type Region } from "./patches.js";

// Attribution methods: what explains a prediction, by one call.
export type { Reference } from "./baseline.js";
export type { AttributionMethod, AttributionProblem, Attributor } from "./method.js";
export * from "./attribute.js";
export * from "./gradients.js";
export * from "./integratedGradients.js";
export * from "./smoothGrad.js";
export * from "./deepLift.js";
export * from "./occlusion.js";
export { entries, patches, type Region } from "./patches.js";

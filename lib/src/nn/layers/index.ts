// Layers: builders with their settings, what each kind computes forward and back.
export * from "./activations.js";
export * from "./convolution.js";
export * from "./dense.js";
export { edges } from "./edges.js";
export { globalSum, objectDense, segmentSum, slice } from "./objects.js";
export type * from "./layerStep.js";
export { specOf } from "./specOf.js";
export * from "./layer.js";
export { layerFrom } from "./layerFrom.js";
export type { Sides } from "./layerSpec.js";
export type { Setting } from "./layerSettings.js";
export * from "./layerTypes.js";
export * from "./pooling.js";
export { zeroPad } from "./zeroPad.js";
export type { PoolingOptions } from "./windowPooling.js";
export type { Padding, PerAxis } from "./axes.js";
export * from "./structure.js";

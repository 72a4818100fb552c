// Networks: layers in a row or a graph, their evaluation, gradients and description.
export * from "./architectures.js";
export * from "./description.js";
export * from "./evaluator.js";
export type { EvaluatorNode } from "./evaluatorNodes.js";
export { makeGradientEvaluator, type GradientEvaluator } from "./gradientEvaluator.js";
export { type GradientConvention, type GradientOptions } from "./gradientConvention.js";
export * from "./initialise.js";
export * from "./network.js";
export * from "./sampleSource.js";

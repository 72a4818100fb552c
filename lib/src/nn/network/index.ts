// Networks: layers in a row or a graph, their evaluation, gradients and description.
export { describeNetwork, type NodeDescription, type NetworkDescription } from "./description.js";
export { makeEvaluator, type Evaluator } from "./evaluator.js";
export type { EvaluatorNode } from "./evaluatorNodes.js";
export type { GradientEvaluator } from "./gradientEvaluator.js";
export type { GradientConvention, GradientOptions } from "./gradientConvention.js";
export { kaimingNormal } from "./initialise.js";
export { head, type HeadOptions, type NetworkHead } from "./head.js";
export { sequential, graph } from "./graph.js";
export type { Again, Block, GraphValue, Then } from "./graphParts.js";
export {
  trainable,
  type Trainable,
  type TrainableOptions,
  type TrainablePart,
} from "./trainable.js";
export { pack, unpack } from "./namedInputs.js";
export {
  shapes,
  parameterBlocks,
  type NetworkInput,
  type NetworkNode,
  type Network,
  type OpenNode,
  type ParameterBlock,
} from "./network.js";
export { type SampleSource, type Augmentation, signFlips } from "./sampleSource.js";

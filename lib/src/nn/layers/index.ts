// Layers: builders with their settings, what each kind computes forward and back.
export { relu, leakyRelu, tanh, sigmoid, softplus, elu, elementwise } from "./activations.js";
export { conv1d, conv2d, conv3d, type ConvolutionOptions } from "./convolution.js";
export { dense } from "./dense.js";
export { edges } from "./edges.js";
export { globalSum, objectDense, segmentSum, slice } from "./objects.js";
export type { StepValues, LayerStep, ParameterStep } from "./layerStep.js";
export type {
  AffineGeometry,
  AffineMap,
  PoolingMap,
  ObjectGroup,
  Layer,
  LayerParameters,
  OwnLayer,
  AffineLayer,
  ConvolutionWindow,
  PoolingWindow,
  ElementwiseLayer,
  PoolingLayer,
  ReshapeLayer,
  SliceLayer,
  DropoutLayer,
  MergeLayer,
  GatherLayer,
  ChoiceLayer,
  Chooser,
  ProductLayer,
  SoftmaxLayer,
  NormalisationLayer,
  ScalingLayer,
  SourceLayer,
} from "./layer.js";
export { layerFrom } from "./layerFrom.js";
export type { Sides } from "./layerSpec.js";
export type { Setting } from "./layerSettings.js";
export type { LayerType, LayerSettings, LayerSpec, LayerTypeName } from "./layerTypes.js";
export { maxPool, averagePool, globalAveragePool, globalMaxPool } from "./pooling.js";
export { zeroPad } from "./zeroPad.js";
export type { PoolingOptions } from "./windowPooling.js";
export type { Padding, PerAxis } from "./axes.js";
export { flatten, reshape, dropout, add, concat } from "./structure.js";
export { gelu } from "./gelu.js";
export { hardSigmoid, hardSwish, selu, silu } from "./functions.js";
export type { MathFunctionName } from "./mathFunctions.js";
export type { AlongOptions } from "./alongAxes.js";
export { matmul, multiply, type MatmulOptions, type MultiplyOptions } from "./products.js";
export type { ProductMap } from "./productMap.js";
export type { NormaliseOptions } from "./normalise.js";
export type { ScalingOptions } from "./scaling.js";
export type { GatherAtOptions, TopKOptions } from "./choices.js";
export type { Precision } from "./largestOf.js";
export { operations } from "./operations.js";
export type { FurtherSettings } from "./furtherTypes.js";
export type { LayerRow } from "./layerRow.js";
export type { LayerBase } from "./layerBase.js";

import type { Shape } from "../../core/tensor.js";
import { elu, leakyRelu, relu, sigmoid, softplus, tanh } from "./activations.js";
import { perAxis } from "./axes.js";
import { conv1d, conv2d, conv3d } from "./convolution.js";
import { dense } from "./dense.js";
import { edges } from "./edges.js";
import type { Layer } from "./layer.js";
import {
  either,
  group,
  number,
  optional,
  sides,
  whole,
  wholes,
  type Setting,
} from "./layerSettings.js";
import type { LayerSettings, LayerTypeName } from "./layerSpec.js";
import { globalSum, objectDense, segmentSum, slice } from "./objects.js";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "./pooling.js";
import { add, concat, dropout, flatten, reshape } from "./structure.js";
import { zeroPad } from "./zeroPad.js";

/** A type of layer: what there is to say about one, and the function that makes it. */
export interface LayerType<T extends LayerTypeName> {
  readonly settings: { readonly [K in keyof LayerSettings[T]]-?: Setting };
  /** @throws ConfigError for settings that make no sense */
  build(settings: LayerSettings[T]): Layer;
}

const plain = (build: () => Layer): LayerType<"relu"> => ({ settings: {}, build });
/** A kernel of so many axes. */
const axes = <N extends 1 | 2 | 3>(
  kernel: Shape,
  count: N,
): { 1: [number]; 2: [number, number]; 3: [number, number, number] }[N] =>
  perAxis(kernel, count, 1, `conv${count}d: the kernel`) as never;
const window = {
  window: either(whole, wholes),
  stride: optional(wholes),
  padding: optional(sides),
};
const convolution = {
  inputs: whole,
  outputs: whole,
  kernel: wholes,
  padding: sides,
  stride: wholes,
  dilation: wholes,
};

/**
 * All types of layers. Descriptions, saved networks, worker threads, cache keys and the models of
 * other libraries know layers by this table and by nothing else.
 */
export const layerTypes: { readonly [T in LayerTypeName]: LayerType<T> } = {
  relu: plain(relu),
  leakyRelu: { settings: { slope: number }, build: ({ slope }) => leakyRelu(slope) },
  elu: { settings: { scale: number }, build: ({ scale }) => elu(scale) },
  tanh: plain(tanh),
  sigmoid: plain(sigmoid),
  softplus: plain(softplus),
  dense: {
    settings: { inputs: whole, outputs: whole },
    build: ({ inputs, outputs }) => dense(inputs, outputs),
  },
  objectDense: {
    settings: { inputs: whole, outputs: whole },
    build: ({ inputs, outputs }) => objectDense(inputs, outputs),
  },
  edges: {
    settings: { receivers: group, senders: group, outputs: whole },
    build: ({ receivers, senders, outputs }) => edges(receivers, senders, outputs),
  },
  conv1d: {
    settings: convolution,
    build: ({ inputs, outputs, kernel, ...options }) =>
      conv1d(inputs, outputs, axes(kernel, 1)[0], options),
  },
  conv2d: {
    settings: convolution,
    build: ({ inputs, outputs, kernel, ...options }) =>
      conv2d(inputs, outputs, axes(kernel, 2), options),
  },
  conv3d: {
    settings: convolution,
    build: ({ inputs, outputs, kernel, ...options }) =>
      conv3d(inputs, outputs, axes(kernel, 3), options),
  },
  maxPool: { settings: window, build: ({ window, ...options }) => maxPool(window, options) },
  averagePool: {
    settings: window,
    build: ({ window, ...options }) => averagePool(window, options),
  },
  globalMaxPool: plain(globalMaxPool),
  globalAveragePool: plain(globalAveragePool),
  globalSum: plain(globalSum),
  segmentSum: { settings: { length: whole }, build: ({ length }) => segmentSum(length) },
  zeroPad: { settings: { padding: sides }, build: ({ padding }) => zeroPad(padding) },
  flatten: plain(flatten),
  reshape: { settings: { shape: wholes }, build: ({ shape }) => reshape(shape) },
  slice: { settings: { group }, build: ({ group }) => slice(group) },
  dropout: { settings: { rate: number }, build: ({ rate }) => dropout(rate) },
  add: plain(add),
  concat: plain(concat),
};

import type { Shape } from "../../core/tensor.js";
import { elu, leakyRelu, relu, sigmoid, softplus, tanh } from "./activations.js";
import { perAxis } from "./axes.js";
import { conv1d, conv2d, conv3d } from "./convolution.js";
import { dense } from "./dense.js";
import { edges } from "./edges.js";
import { furtherTypes, type FurtherSettings } from "./furtherTypes.js";
import type { Layer } from "./layer.js";
import type { LayerRow, None } from "./layerRow.js";
import { either, group, number, optional, sides, table, whole, wholes } from "./layerSettings.js";
import type { Sides } from "./layerSpec.js";
import type { ObjectGroup } from "./objectGroup.js";
import { globalSum, objectDense, segmentSum, slice } from "./objects.js";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "./pooling.js";
import { add, concat, dropout, flatten, reshape } from "./structure.js";
import { zeroPad } from "./zeroPad.js";

interface ConvolutionSettings {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Shape;
  readonly padding: Sides;
  readonly stride: Shape;
  readonly dilation: Shape;
}

interface PoolingSettings {
  /** One number for cubes side by side along any number of axes, else one for each axis. */
  readonly window: number | Shape;
  /** Absent for cubes side by side. */
  readonly stride?: Shape;
  /** Absent for none. */
  readonly padding?: Sides;
}

interface DenseSettings {
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * What there is to say about a layer of each type; numbers, arrays and objects of numbers, so that
 * JSON keeps it.
 */
export interface LayerSettings extends FurtherSettings {
  readonly relu: None;
  readonly leakyRelu: { readonly slope: number };
  readonly elu: { readonly scale: number };
  readonly tanh: None;
  readonly sigmoid: None;
  readonly softplus: None;
  readonly dense: DenseSettings;
  readonly objectDense: DenseSettings;
  readonly edges: {
    readonly receivers: ObjectGroup;
    readonly senders: ObjectGroup;
    readonly outputs: number;
  };
  readonly conv1d: ConvolutionSettings;
  readonly conv2d: ConvolutionSettings;
  readonly conv3d: ConvolutionSettings;
  readonly maxPool: PoolingSettings;
  readonly averagePool: PoolingSettings;
  readonly globalMaxPool: None;
  readonly globalAveragePool: None;
  readonly globalSum: None;
  readonly segmentSum: { readonly length: number };
  readonly zeroPad: { readonly padding: Sides };
  readonly flatten: None;
  readonly reshape: { readonly shape: Shape };
  readonly slice: { readonly group: ObjectGroup };
  readonly dropout: { readonly rate: number };
  readonly add: None;
  readonly concat: {
    /** Default 0, the channels. */
    readonly axis?: number;
  };
}

/** Name of a type in `layerTypes`. */
export type LayerTypeName = keyof LayerSettings;

/**
 * A layer as data: `{ type: "leakyRelu", slope: 0.1 }`. All that leaves a process or is compared
 * (files, worker threads, cache keys, other libraries' models) is made of this; `layerFrom` makes
 * the layer again.
 */
export type LayerSpec = {
  [T in LayerTypeName]: { readonly type: T } & LayerSettings[T];
}[LayerTypeName];

/** A type of layer: what there is to say about one, and the function that makes it. */
export type LayerType<T extends LayerTypeName> = LayerRow<LayerSettings[T]>;

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
 * All types of layers: a row here and its settings above are what makes a layer one of the library.
 * Descriptions, saved networks, worker threads, cache keys and the models of
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
  reshape: { settings: { shape: table }, build: ({ shape }) => reshape(shape) },
  slice: { settings: { group }, build: ({ group }) => slice(group) },
  dropout: { settings: { rate: number }, build: ({ rate }) => dropout(rate) },
  add: plain(add),
  concat: { settings: { axis: optional(whole) }, build: ({ axis }) => concat(axis) },
  ...furtherTypes,
};

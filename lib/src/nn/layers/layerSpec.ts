import type { Shape } from "../../core/tensor.js";
import type { ObjectGroup } from "./objectGroup.js";

/** [before, after] along each axis of space. */
export type Sides = readonly (readonly [number, number])[];

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
  readonly padding?: Sides;
}

interface DenseSettings {
  readonly inputs: number;
  readonly outputs: number;
}

type None = Readonly<Record<never, never>>;

/**
 * What there is to say about a layer of each type; numbers, arrays and objects of numbers, so that
 * JSON keeps it.
 */
export interface LayerSettings {
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
  readonly concat: None;
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

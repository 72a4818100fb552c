import type { Shape } from "../../core/tensor.js";
import type { AffineMap, PoolingMap } from "./layerMaps.js";
import type {
  ChoiceLayer,
  GatherLayer,
  NormalisationLayer,
  ProductLayer,
  ScalingLayer,
  SoftmaxLayer,
  SourceLayer,
} from "./furtherKinds.js";
import type { LayerBase } from "./layerBase.js";
import type { LayerStep } from "./layerStep.js";
import type { ObjectGroup } from "./objectGroup.js";

export type {
  ChoiceLayer,
  Chooser,
  GatherLayer,
  NormalisationLayer,
  ProductLayer,
  ScalingLayer,
  SoftmaxLayer,
  SourceLayer,
} from "./furtherKinds.js";
export type { LayerParameters } from "./layerBase.js";
export type { AffineGeometry, AffineMap, PoolingMap } from "./layerMaps.js";
export type { ObjectGroup } from "./objectGroup.js";

/**
 * Layers know their local derivatives and nothing else; training, per-sample gradients, Hessian
 * products, exact Hessians and relevance are separate walks over a network. Parameters are
 * arguments, never fields.
 *
 * Index conventions: n batch, i input channel, j output channel, t output site, k tap. Features of
 * one sample are stored channels first, [channel, …space].
 */
export type Layer =
  | AffineLayer
  | ElementwiseLayer
  | PoolingLayer
  | ReshapeLayer
  | SliceLayer
  | DropoutLayer
  | MergeLayer
  | GatherLayer
  | ChoiceLayer
  | ProductLayer
  | SoftmaxLayer
  | NormalisationLayer
  | ScalingLayer
  | SourceLayer
  | OwnLayer;

/**
 * A layer of one's own: whatever its step says. It works wherever derivatives are all that is asked
 * for; rules of relevance do not know it, and it cannot travel to worker threads or files.
 */
export interface OwnLayer extends LayerBase {
  readonly kind: "own";
}

/** y = A(weight) x + bias, bilinear in (weight, x). Weight [out, in, …kernel], bias [out]. */
export interface AffineLayer extends LayerBase {
  readonly kind: "affine";
  readonly weightShape: Shape;
  readonly biasShape: Shape;
  /** Along each axis of space; undefined for a dense layer. */
  readonly convolution?: ConvolutionWindow;
  /** For layers over pairs of objects; see `edges`. */
  readonly pairs?: { readonly receivers: ObjectGroup; readonly senders: ObjectGroup };
  /** Its products for inputs of one shape, with their buffers. */
  map(input: Shape): AffineMap;
}

/** The window of a convolution, an entry for each axis of space; padding is [before, after]. */
export interface ConvolutionWindow {
  readonly kernel: Shape;
  readonly padding: readonly (readonly [number, number])[];
  readonly stride: Shape;
  readonly dilation: Shape;
}

/** The window of a pooling, likewise. Entries of the padding belong to no window. */
export interface PoolingWindow {
  readonly extent: Shape;
  readonly padding: readonly (readonly [number, number])[];
  readonly stride: Shape;
}

/** y = f(x) entry by entry. */
export interface ElementwiseLayer extends Omit<LayerBase, "prepare"> {
  readonly kind: "elementwise";
  /** May be left out: the three functions say all. */
  prepare?(inputs: readonly Shape[], capacity: number): LayerStep;
  /** True where f″ = 0 wherever it exists. */
  readonly piecewiseLinear: boolean;
  /** f(x) = x for x > 0 and slope · x otherwise; undefined for other functions. */
  readonly slope?: number;
  /** Where f′ jumps, or f itself (default: at 0, if it does there). */
  readonly kinks?: readonly number[];
  /** y = f(x) over the first `count` entries. */
  value(x: Float64Array, y: Float64Array, count: number): void;
  /** d = f′(x), given y = f(x). */
  derivative(x: Float64Array, y: Float64Array, d: Float64Array, count: number): void;
  /** d = f″(x), given y = f(x). */
  secondDerivative(x: Float64Array, y: Float64Array, d: Float64Array, count: number): void;
}

/**
 * y_f = coefficient · Σ_w x_source(f, w): the sum or the mean of a window, or its largest entry
 * (then one source).
 */
export interface PoolingLayer extends LayerBase {
  readonly kind: "pooling";
  readonly mode: "maximum" | "average" | "sum";
  /**
   * Extent of a window along each axis; undefined where one window is all of space, and where
   * `window` says more.
   */
  readonly extent?: number;
  /** Windows that are no cubes side by side. */
  readonly window?: PoolingWindow;
  /** True if an input may belong to several windows. */
  readonly overlaps?: boolean;
  /** Windows that are whole axes of a sample, whatever its shape. */
  readonly axes?: readonly number[];
  /** Where it takes its outputs from, for inputs of one shape. */
  map(input: Shape): PoolingMap;
}

/** The same numbers under another shape. */
export interface ReshapeLayer extends LayerBase {
  readonly kind: "reshape";
}

/** Some consecutive entries of a flat sample, under another shape. */
export interface SliceLayer extends LayerBase {
  readonly kind: "slice";
  /** The first of them. */
  readonly start: number;
}

/**
 * Training only: each entry is dropped with probability `rate`, the others are divided by 1 − rate.
 */
export interface DropoutLayer extends LayerBase {
  readonly kind: "dropout";
  readonly rate: number;
}

/** Several inputs into one: their sum, or their entries along an axis one after the other. */
export interface MergeLayer extends LayerBase {
  readonly kind: "merge";
  readonly mode: "add" | "concat";
  /** Of a concatenation; absent where it is 0, that of the channels. */
  readonly axis?: number;
}

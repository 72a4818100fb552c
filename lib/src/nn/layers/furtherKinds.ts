import type { Shape } from "../../core/tensor.js";
import type { LayerBase } from "./layerBase.js";
import type { ProductMap } from "./productMap.js";

/**
 * y_f = x_{s(f)}, or a constant where s(f) is −1: entries in other places, left out or repeated.
 */
export interface GatherLayer extends LayerBase {
  readonly kind: "gather";
  readonly constant: number;
  /** s for inputs of one shape. [features out] */
  sources(input: Shape): Int32Array;
}

/**
 * y_f = entry s(f) of the inputs, with s found from their values: neighbours, maxima, order. It is
 * locally constant, so that derivatives go through the entries alone.
 */
export interface ChoiceLayer extends LayerBase {
  readonly kind: "choice";
  /** How the entries are found, for inputs of these shapes. */
  chooser(inputs: readonly Shape[]): Chooser;
}

/**
 * Writes y and s of one sample; s counts through the inputs one after the other, and is −1 where y
 * is none of their entries.
 */
export type Chooser = (
  inputs: readonly Float64Array[],
  sample: number,
  y: Float64Array,
  sources: Int32Array,
) => void;

/** y = a b, linear in each of its two inputs: entry by entry, or matrices. */
export interface ProductLayer extends LayerBase {
  readonly kind: "product";
  /** The input that carries what the other one weighs; undefined where both do. */
  readonly signal?: 0 | 1;
  map(a: Shape, b: Shape): ProductMap;
}

/** y_i = e^{x_i} / Σ_j e^{x_j} along an axis, or the logarithm of it. */
export interface SoftmaxLayer extends LayerBase {
  readonly kind: "softmax";
  readonly axis: number;
  readonly log: boolean;
}

/** y = (x − μ) / √(σ² + ε) over axes, or x / √(⟨x²⟩ + ε). */
export interface NormalisationLayer extends LayerBase {
  readonly kind: "normalisation";
  readonly axes: readonly number[];
  /** Whether μ is taken off. */
  readonly centred: boolean;
  readonly epsilon: number;
}

/** y = w_c x + b_c, c the place along one axis; w and b are parameters or given numbers. */
export interface ScalingLayer extends LayerBase {
  readonly kind: "scaling";
  readonly axis: number;
}

/** A value that depends on no input: given numbers, or parameters. */
export interface SourceLayer extends LayerBase {
  readonly kind: "source";
}

import type { Shape } from "../../../core/tensor.js";
import type { Layer } from "../../layers/layer.js";

/** One or several nodes of a network that are computed at once. */
export interface PlannedNode {
  readonly layer: Layer;
  readonly inputs: readonly number[];
  readonly shapes: readonly Shape[];
  readonly shape: Shape;
  /** Where its parameters begin in θ, and how many there are. */
  readonly place: number;
  readonly count: number;
  /** Of what follows an affine layer: y ← factor y + shift for each channel, then ReLU. */
  readonly scaled?: { readonly factor: Float64Array; readonly shift: Float64Array };
  readonly rectified?: boolean;
  /**
   * An affine layer of edge features (x_i, x_j − x_i), of objects x [features, objects] and places
   * of neighbours [objects, neighbours].
   */
  readonly edges?: EdgeExtents;
  /** An addition or product whose second input is repeated row by row. */
  readonly byRows?: boolean;
}

export interface EdgeExtents {
  readonly features: number;
  readonly objects: number;
  readonly neighbours: number;
}

import type { AffineGeometry } from "../../nn/layers/layer.js";
import type { PatchMeans } from "./patchMeans.js";

/**
 * Plan of an exact Hessian: where tangents ∂value/∂θ are kept and how they get there.
 *
 * Between two affine layers, ReLU, pooling, reshapes, slices and dropout send each feature to at
 * most one feature with a factor. Tangents therefore need to exist only at *kept* values, those
 * that an affine layer, a merge, a smooth function or a pooling with overlapping windows reads or
 * that several nodes read; a *segment* leads from one computation to the next kept value.
 */
export interface Segment {
  /** The computation at its start. */
  readonly source:
    | { readonly kind: "affine"; readonly block: number }
    | { readonly kind: "patches"; readonly block: number }
    | {
        readonly kind: "merge";
        readonly mode: "add" | "concat";
        readonly inputs: readonly number[];
      }
    | { readonly kind: "smooth"; readonly node: number; readonly input: number }
    | { readonly kind: "windows"; readonly node: number; readonly input: number }
    | { readonly kind: "copy"; readonly input: number };
  /**
   * Value where the route begins, the nodes it passes (all linear at fixed activations), the kept
   * value at its end.
   */
  readonly start: number;
  readonly chain: readonly number[];
  readonly end: number;
}

/** The parameters of one affine layer, ordered by output channel: its weights, then its bias. */
export interface Block {
  readonly node: number;
  readonly geometry: AffineGeometry;
  /** What its weights meet in place of its own input, where an average pooling follows. */
  readonly patches?: PatchMeans;
  /** Parameters of one output channel: weights and bias. */
  readonly width: number;
  /** Where the block begins in the blocked order, and in θ. */
  readonly start: number;
  readonly offset: number;
  /** The value it reads; with patches a place behind all values, for the tangents of these. */
  readonly input: number;
  /** The value that its sums make: its own output, or that of the pooling. */
  readonly output: number;
}

/**
 * Tangents of a kept value: each feature has a row over the parameters 0 … dense−1 in blocked order
 * and, if `own` is a block, a row over the parameters of its own channel only; all its other
 * derivatives vanish. Where reshapes or pooling mix the channels, there are dense rows alone.
 */
export interface TangentLayout {
  readonly features: number;
  readonly dense: number;
  readonly own: number | undefined;
  /** Features with one owner: the owner of feature f is ⌊f / ownerSpan⌋. */
  readonly ownerSpan: number;
}

export interface HessianPlan {
  readonly blocks: readonly Block[];
  readonly segments: readonly Segment[];
  /** By value, then of patches; undefined where no tangents are kept. */
  readonly kept: readonly (TangentLayout | undefined)[];
}

/** End of a block in the blocked order. */
export const blockEnd = (block: Block): number =>
  block.start + block.geometry.outChannels * block.width;

/**
 * Index in θ of parameter `r` of channel `o`: weights [out, in, …kernel] come before all biases
 * there.
 */
export function thetaIndex(block: Block, o: number, r: number): number {
  const weights = block.width - 1;
  return r < weights
    ? block.offset + o * weights + r
    : block.offset + block.geometry.outChannels * weights + o;
}

/** θ index of each parameter in blocked order. */
export function blockedOrder(blocks: readonly Block[], P: number): Int32Array {
  const order = new Int32Array(P);
  for (const block of blocks) {
    for (let o = 0; o < block.geometry.outChannels; o++) {
      for (let r = 0; r < block.width; r++)
        order[block.start + o * block.width + r] = thetaIndex(block, o, r);
    }
  }
  return order;
}

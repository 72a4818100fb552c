import type { Rng } from "../../core/random/rng.js";
import type { AffineMap, PoolingMap } from "./layerMaps.js";
import type { ProductMap } from "./productMap.js";

/**
 * What a node reads, writes and is made with: batches `[n, …]` of its inputs and of its output, and
 * its own part of θ. Either the values themselves (`at`) or a direction in which they move
 * (`along`: their derivatives by one parameter of a curve through θ).
 */
export interface StepValues {
  readonly x: readonly Float64Array[];
  readonly y: Float64Array;
  readonly theta: Float64Array;
}

/**
 * A layer at inputs of fixed shapes: its values, and all that differentiation needs of it. With y =
 * f(x₁, x₂, …; θ), J_k = ∂y/∂x_k and J_θ = ∂y/∂θ at the values of the latest `forward`,
 *
 *   push   dy = Σ_k J_k dx_k                       bend   d(J_kᵀ g) at fixed g, along (dx, dθ)
 *   pull   gx_k = J_kᵀ g
 *
 * and for layers with parameters the same by θ. Nothing else of a layer is asked for in training,
 * for gradients of risk, samples and inputs, and for Hessian-vector products; so whoever gives
 * these has them all. `along.y` is there after `push`.
 *
 * Batches hold the same samples in all calls. A step may keep what it found in `forward` (the
 * places of maxima, masks) for `capacity` samples, and owns its buffers: it allocates nothing while
 * it works. Results are written over their targets where the text says "=", added where it says
 * "+=".
 */
export interface LayerStep {
  /** y = f(x; θ); a `training` stream turns on what is random in training. */
  forward(at: StepValues, batch: number, training?: Rng): void;
  /** along.y = Σ_k J_k along.x_k. */
  push(at: StepValues, along: StepValues, batch: number): void;
  /** gx = J_kᵀ g for input k. */
  pull(at: StepValues, g: Float64Array, k: number, gx: Float64Array, batch: number): void;
  /** gx += J_kᵀ g, of layers that leave most of gx alone (slices). */
  pullInto?(at: StepValues, g: Float64Array, k: number, gx: Float64Array, batch: number): void;
  /** gx = derivative of J_kᵀ g along (dx, dθ); absent where no J_k depends on x or θ. */
  bend?(
    at: StepValues,
    along: StepValues,
    g: Float64Array,
    k: number,
    gx: Float64Array,
    batch: number,
  ): void;
  /** For layers with parameters. */
  readonly parameters?: ParameterStep;
  /**
   * Its products by themselves, of affine layers, poolings and products, for those who need more of
   * a layer than derivatives: rules of relevance.
   */
  readonly affine?: AffineMap;
  readonly pooling?: PoolingMap;
  readonly product?: ProductMap;
  /**
   * `[capacity, features out]`: where the maxima of the latest `forward` were found, or the entries
   * that were chosen.
   */
  readonly sources?: Int32Array;
}

/**
 * The derivatives of a layer by its own parameters. Gradients are added to `out` from entry `place`
 * on.
 */
export interface ParameterStep {
  /**
   * True if y is linear in θ: then `bend` adds nothing where the inputs stand still, and is not
   * asked.
   */
  readonly linear?: boolean;
  /** dy = J_θ along.theta. */
  push(at: StepValues, along: StepValues, dy: Float64Array, batch: number): void;
  /** out += Σ_n J_θᵀ g over the samples first … first + count − 1. */
  pull(
    at: StepValues,
    g: Float64Array,
    out: Float64Array,
    place: number,
    first: number,
    count: number,
  ): void;
  /** out += derivative of Σ_n J_θᵀ g at fixed g, along (dx, dθ). */
  bend(
    at: StepValues,
    along: StepValues,
    g: Float64Array,
    out: Float64Array,
    place: number,
    batch: number,
  ): void;
}

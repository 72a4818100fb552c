import type { Shape } from "../../core/tensor.js";
import type { BuiltSpec } from "./layerSpec.js";
import type { LayerStep } from "./layerStep.js";

/** Parameters of a layer, in the order in which they stand in θ. */
export interface LayerParameters {
  readonly role: "weight" | "bias";
  readonly shape: Shape;
  /** What all of them start from, where an initialisation does not say otherwise (default 0). */
  readonly start?: number;
}

/** What every layer has. */
export interface LayerBase {
  /** For people alone; nothing reads it. */
  readonly name: string;
  /**
   * What the layer is, of layers that this library made. A changed copy has it too: ask `specOf`,
   * which knows.
   */
  readonly spec?: BuiltSpec;
  /**
   * Shape of one output sample for input samples of the given shapes (one shape, except for
   * merges).
   * @throws ShapeError if the layer does not take such inputs
   */
  outputShape(inputs: readonly Shape[]): Shape;
  /** What it has in θ (default nothing); an affine layer says so by its two shapes. */
  readonly parameters?: readonly LayerParameters[];
  /** The least and the largest number of inputs (default: one). */
  readonly arity?: readonly [number, number];
  /**
   * The layer at inputs of these shapes, with room for so many samples: its values and derivatives.
   */
  prepare(inputs: readonly Shape[], capacity: number): LayerStep;
}

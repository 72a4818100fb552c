import type { Shape } from "phaselens/core";
import type { Layer } from "phaselens/nn";
import type { Draw } from "./draw.js";
import type { Naive } from "./naive.js";

/** A layer drawn for one input shape, and what it computes. */
export interface Drawn {
  readonly layer: Layer;
  readonly naive: Naive;
}

/** How layers of one type are drawn. */
export interface RandomLayer {
  /** Axes of space that its input may have; 0 for flat samples. */
  readonly space: readonly number[];
  /** Inputs of one shape (or of one but for the channels), for layers that join several. */
  readonly joins?: "alike" | "channels";
  /** Undefined where no such layer fits a sample of this shape. */
  draw(draw: Draw, inputs: readonly Shape[]): Drawn | undefined;
}

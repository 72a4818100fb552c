import type { Shape } from "phaselens/core";
import type { Layer } from "phaselens/nn";
import type { Builder } from "./builder.js";
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
  /** The values that it reads, for layers of several inputs that differ; undefined if none fit. */
  inputs?(builder: Builder, value: number, draw: Draw, lowest: number): number[] | undefined;
  /** Shapes of such inputs. */
  readonly example?: readonly Shape[];
  /** Undefined where no such layer fits a sample of this shape. */
  draw(draw: Draw, inputs: readonly Shape[]): Drawn | undefined;
}

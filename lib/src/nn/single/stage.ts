import type { Value } from "./layout.js";

/** One layer at one input shape in single precision. All work on the first `batch` samples. */
export interface Stage {
  readonly output: Value;
  forward(batch: number): void;
  /** Gradient of the input from that of the output. */
  backward(batch: number): void;
  readonly parameters?: StageParameters;
}

/**
 * Takes over a piece of a parameter gradient: `count` floats at `g`, for the parameters from
 * `start` on. The piece may be changed.
 */
export type UseGradient = (
  block: "weight" | "bias",
  start: number,
  count: number,
  g: number,
) => void;

export interface StageParameters {
  /**
   * Writes where each entry of the layer's weight and then of its bias lies, counted from the start
   * of all parameters.
   */
  places(into: Int32Array, at: number): void;
  /**
   * ∂/∂parameters after `backward` of the stages above, piece by piece, so that each can be used
   * while it is in the cache.
   */
  gradients(batch: number, use: UseGradient): void;
}

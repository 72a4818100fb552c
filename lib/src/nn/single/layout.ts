import { size, type Shape } from "../../core/tensor.js";
import { threeAxes, type Strides } from "../layers/stagedInput.js";
import { roundUp } from "./memory.js";

/**
 * How one sample of a value lies in memory: [channel, a, b, c] with up to three axes of space, c
 * one after the other. Rows may be longer than what belongs to them; `pitch` is the distance
 * between samples.
 */
export interface Layout {
  readonly extents: readonly [number, number, number, number];
  readonly strides: Strides;
  readonly pitch: number;
}

/** A value in the arena, with ∂/∂value beside it. */
export interface Value {
  readonly shape: Shape;
  readonly layout: Layout;
  readonly at: number;
  /** undefined: nobody asks for it, as for the network's input. */
  readonly gradient: number | undefined;
  /** True where an entry is 0 only if no gradient passes it: behind a ReLU, also after pooling. */
  readonly deadAtZero: boolean;
}

/** Features one after the other; `pitch` rounds a sample up to a multiple. */
export function compact(shape: Shape, multiple = 1): Layout {
  const [a, b, c] = threeAxes(shape.slice(1));
  return {
    extents: [shape[0], a, b, c],
    strides: [a * b * c, b * c, c],
    pitch: roundUp(size(shape), multiple),
  };
}

export function isCompact({ extents: [, a, b, c], strides }: Layout): boolean {
  return strides[0] === a * b * c && strides[1] === b * c && strides[2] === c;
}

/** Place in the sample of each feature, in the order of features. */
export function places({ extents: [channels, a, b, c], strides }: Layout): Int32Array {
  const all = new Int32Array(channels * a * b * c);
  let f = 0;
  for (let i = 0; i < channels; i++) {
    for (let u = 0; u < a; u++) {
      for (let v = 0; v < b; v++)
        for (let w = 0; w < c; w++) all[f++] = i * strides[0] + u * strides[1] + v * strides[2] + w;
    }
  }
  return all;
}

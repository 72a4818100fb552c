import type { Tensor } from "../../core/tensor.js";

/** Samples [n, features] row by row. */
export interface Samples {
  readonly x: Float64Array;
  readonly n: number;
  readonly features: number;
}

export const samplesOf = ({ shape: [n, features], data }: Tensor): Samples => ({
  x: data,
  n,
  features,
});

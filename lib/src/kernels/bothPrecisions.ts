import type { KernelName } from "./kernels.js";

type WithoutPrecision<Name> = Name extends `double${infer Rest}` ? Rest : never;
type InBoth = Exclude<WithoutPrecision<KernelName>, "Gelu">;

/**
 * Kernels that there are in single and in double precision, `singleMatrix` and `doubleMatrix`, with
 * one twin. Named here, beside the table, so that a page needs not have the table.
 */
export const bothPrecisions: readonly InBoth[] = [
  "Matrix",
  "Panels",
  "Transpose",
  "RowSums",
  "Distinct",
  "RepeatLast",
  "Softmax",
  "SoftmaxTransposed",
  "Normalise",
  "NormaliseTransposed",
  "Combine",
  "Rescale",
  "Multiply",
  "WithRow",
  "Scale",
  "ScaleGradient",
  "Runs",
  "RunsTransposed",
  "Edges",
  "EdgesTransposed",
  "Leaky",
  "LeakyTransposed",
];

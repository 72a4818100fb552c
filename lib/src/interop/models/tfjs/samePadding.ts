import type { Shape } from "../../../core/tensor.js";

type Sides = readonly [number, number];

/**
 * Zeros that TensorFlow adds for padding "same": ⌈extent / stride⌉ windows, and of an odd number of
 * zeros one more at the end.
 */
export function samePadding(
  extents: Shape,
  kernel: Shape,
  stride: Shape,
  dilation: Shape,
): Sides[] {
  return extents.map((extent, a) => {
    const windows = Math.ceil(extent / stride[a]);
    const total = Math.max(
      0,
      (windows - 1) * stride[a] + dilation[a] * (kernel[a] - 1) + 1 - extent,
    );
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}

export const noPadding = (padding: readonly Sides[]): boolean =>
  padding.every(([before, after]) => before === 0 && after === 0);
export const equalPadding = (a: readonly Sides[], b: readonly Sides[]): boolean =>
  a.every(([before, after], k) => before === b[k][0] && after === b[k][1]);

/**
 * True where "same" windows leave out entries along an axis. In three dimensions TensorFlow.js's
 * own code (not TensorFlow, nor its binding for Node) then shifts the windows, by a padding below
 * 0; what is read here follows TensorFlow.
 */
export const leavesOut = (extents: Shape, kernel: Shape, stride: Shape): boolean =>
  extents.some((extent, a) => (Math.ceil(extent / stride[a]) - 1) * stride[a] + kernel[a] < extent);

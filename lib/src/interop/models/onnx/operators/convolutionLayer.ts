import type { Shape } from "../../../../core/tensor.js";
import { conv1d, conv2d, conv3d } from "../../../../nn/layers/convolution.js";
import type { AffineLayer } from "../../../../nn/layers/layer.js";

/** Extents, steps and padding of windows along the axes of space. */
export interface Windows {
  readonly kernel: Shape;
  readonly stride: Shape;
  readonly dilation: Shape;
  readonly padding: readonly (readonly [number, number])[];
}

/** A convolution along one to three axes. */
export function convolutionLayer(from: number, to: number, windows: Windows): AffineLayer {
  const { kernel, ...options } = windows;
  if (kernel.length === 1) return conv1d(from, to, kernel[0], options);
  return kernel.length === 2
    ? conv2d(from, to, kernel as [number, number], options)
    : conv3d(from, to, kernel as [number, number, number], options);
}

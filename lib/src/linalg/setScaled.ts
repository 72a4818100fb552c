import type { Tensor } from "../core/tensor.js";

/** The entries of a matrix over `scale`, a power of two, whose reciprocal is exact. */
export function setScaled(to: Float64Array, { data }: Tensor, scale: number): void {
  to.set(data);
  const factor = 1 / scale;
  if (factor !== 1) for (let k = 0; k < to.length; k++) to[k] *= factor;
}

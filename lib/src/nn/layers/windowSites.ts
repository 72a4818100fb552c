import { size, type Shape } from "../../core/tensor.js";
import type { ConvolutionWindow } from "./layer.js";

/** A window that steps over space; taps are neighbours where no dilation is given. */
export interface Windows extends Omit<ConvolutionWindow, "dilation"> {
  readonly dilation?: Shape;
}

/** How many windows there are along each axis of space; below 1 where there is room for none. */
export function windowCounts(space: Shape, windows: Windows): number[] {
  const { kernel, padding, stride, dilation } = windows;
  return kernel.map((taps, axis) => {
    const [before, after] = padding[axis];
    const reach = (dilation?.[axis] ?? 1) * (taps - 1) + 1;
    return Math.floor((space[axis] + before + after - reach) / stride[axis]) + 1;
  });
}

/**
 * The site u = t·stride + k·dilation − padding that tap k of window t meets, along each axis of
 * space: `[windows, taps]`, −1 in the padding; windows, taps and sites in row-major order.
 */
export function windowSites(space: Shape, counts: Shape, windows: Windows): Int32Array {
  const { kernel, padding, stride, dilation } = windows;
  const table = new Int32Array(size(counts) * size(kernel));
  const [at, tap] = [counts.map(() => 0), kernel.map(() => 0)];
  for (let p = 0; p < table.length; advance(at, counts)) {
    for (let k = size(kernel); k > 0; k--, p++, advance(tap, kernel)) {
      let site = 0;
      for (let axis = 0; axis < kernel.length && site >= 0; axis++) {
        const reach = tap[axis] * (dilation?.[axis] ?? 1);
        const u = at[axis] * stride[axis] + reach - padding[axis][0];
        site = u < 0 || u >= space[axis] ? -1 : site * space[axis] + u;
      }
      table[p] = site;
    }
  }
  return table;
}

/** The same of each channel as features, `[channels · windows, taps]`. */
export function windowFeatures(
  [channels, ...space]: Shape,
  counts: Shape,
  windows: Windows,
): Int32Array {
  const sites = windowSites(space, counts, windows);
  const table = new Int32Array(channels * sites.length);
  for (let c = 0; c < channels; c++) {
    const [start, first] = [c * sites.length, c * size(space)];
    for (let p = 0; p < sites.length; p++) table[start + p] = sites[p] < 0 ? -1 : first + sites[p];
  }
  return table;
}

/** The next index in row-major order; after the last the first. */
function advance(index: number[], shape: Shape): void {
  for (let a = shape.length - 1; a >= 0 && ++index[a] === shape[a]; a--) index[a] = 0;
}

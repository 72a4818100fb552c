import { size, type Shape } from "../../core/tensor.js";
import type { AffineGeometry, PoolingMap } from "../../nn/layers/layer.js";
import { maximumWindows } from "./poolingWindows.js";

/**
 * The padded input of a convolution of stride 1 as one row-major volume. What meets the taps of an
 * output site lies at fixed distances from one place of it, and so do the entries of a window of
 * pooling.
 */
export interface HeadVolume {
  readonly places: number;
  /** Whether there is no padding, so that a channel of the input is the volume. */
  readonly solid: boolean;
  /** Place of each input site. */
  readonly ofInput: Int32Array;
  /** Place of each output site: that of the input under its first tap. */
  readonly ofOutput: Int32Array;
  /** From there to each tap. */
  readonly taps: Int32Array;
}

/** The volume, or why a convolution has none. */
export function headVolume(
  { sites, taps, siteOf }: AffineGeometry,
  kernel: Shape,
  space: Shape,
  out: Shape,
): HeadVolume | string {
  // stride 1: the same padding on both sides of every axis accounts for the extents
  const padding = space.map((extent, a) => (out[a] - extent + kernel[a] - 1) / 2);
  if (!padding.every((p) => Number.isInteger(p) && p >= 0))
    return "the convolution's extents are not those of stride 1 and equal padding on both sides";
  const padded = space.map((extent, a) => extent + 2 * padding[a]);
  const none = space.map(() => 0);
  const ofInput = placesIn(padded, space, padding);
  const ofOutput = placesIn(padded, out, none);
  const offsets = placesIn(padded, kernel, none);
  const places = size(padded);
  const siteAt = new Int32Array(places).fill(-1);
  ofInput.forEach((place, site) => (siteAt[place] = site));
  for (let t = 0; t < sites; t++)
    for (let k = 0; k < taps; k++)
      if (siteAt[ofOutput[t] + offsets[k]] !== siteOf[t * taps + k])
        return "the convolution's taps are not at fixed distances, as with a stride or a dilation";
  return { places, solid: padding.every((p) => p === 0), ofInput, ofOutput, taps: offsets };
}

/** Place of each site of `extents`, moved by `shift`, in a row-major volume. */
function placesIn(volume: Shape, extents: Shape, shift: readonly number[]): Int32Array {
  return Int32Array.from({ length: size(extents) }, (_, t) => {
    let [place, stride, rest] = [0, 1, t];
    for (let a = extents.length - 1; a >= 0; a--) {
      place += ((rest % extents[a]) + shift[a]) * stride;
      rest = Math.floor(rest / extents[a]);
      stride *= volume[a];
    }
    return place;
  });
}

/** The windows of a maximum pooling of one channel, in a volume. */
export interface HeadWindows {
  /** Place of the first entry of each window, ascending. */
  readonly first: Int32Array;
  /** From there to each entry, the same for all windows. */
  readonly steps: Int32Array;
}

/** The windows, or why they are not alike. */
export function headWindows(
  pooling: PoolingMap,
  count: number,
  { ofOutput }: HeadVolume,
): HeadWindows | string {
  const windows = maximumWindows(pooling, count, ofOutput.length);
  const entries = windows.length / count;
  const first = Int32Array.from({ length: count }, (_, f) => ofOutput[windows[f * entries]]);
  const steps = Int32Array.from(
    { length: entries },
    (_, e) => ofOutput[windows[e]] - ofOutput[windows[0]],
  );
  for (let p = 0; p < windows.length; p++)
    if (ofOutput[windows[p]] !== first[Math.floor(p / entries)] + steps[p % entries])
      return "the windows of the pooling differ in what they hold";
  if (first.some((corner, f) => f > 0 && corner <= first[f - 1]))
    return "the windows of the pooling are not in the order of their entries";
  return { first, steps };
}

/** A run of windows that is computed together. */
export interface Slab {
  /** Places begin … begin + columns − 1 of the volume. */
  readonly begin: number;
  readonly columns: number;
  /** Windows first … last − 1 of each channel lie in it. */
  readonly first: number;
  readonly last: number;
}

const ROW = 512;

/**
 * Runs of windows whose places fit the first-level cache together with a few channels: long rows,
 * and nothing is fetched twice.
 */
export function slabsOf({ first: corners, steps }: HeadWindows): Slab[] {
  const span = Math.max(...steps) + 1;
  // a window of the next layer would make the slab as long again
  const most = Math.max(ROW, span + span / 2);
  const slabs: Slab[] = [];
  for (let first = 0, last: number; first < corners.length; first = last) {
    const begin = corners[first];
    last = first + 1;
    while (last < corners.length && corners[last] + span - begin <= most) last++;
    slabs.push({ begin, columns: corners[last - 1] + span - begin, first, last });
  }
  return slabs;
}

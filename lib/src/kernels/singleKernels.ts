import {
  singleConvolution, singleConvolutionGradient, singleConvolutionGradientAtMaxima, singleConvolutionTransposed,
} from "./singleConvolutionTwins.js";
import { singleDense, singleDenseGradient, singleDenseTransposed } from "./singleDenseTwins.js";
import { singleAverage, singleAverageTransposed, singleMaximum, singleMaximumTransposed } from "./singlePoolingTwins.js";
import { singleAdam, singleLeaky, singleLeakyTransposed, singleMomentum, singlePenalty } from "./singleUpdatesTwins.js";

/**
 * Kernels of training in single precision, documented beside their twins. Offsets count floats (or 32-bit integers, for lists) from the
 * start of the arena. The twins add up in double precision, so both agree to rounding, not in every bit.
 */
export interface SingleKernels {
  singleDense(
    batch: number, inputs: number, outputs: number, x: number, xWidth: number, w: number, bias: number, y: number, list: number,
  ): void;
  singleDenseGradient(batch: number, rows: number, outputs: number, x: number, xWidth: number, g: number, gw: number, list: number): void;
  singleDenseTransposed(
    batch: number, inputs: number, outputs: number, w: number, g: number, x: number, gx: number, xWidth: number, sparse: number, list: number,
  ): void;
  singleConvolution(
    to: number, n: number, depth: number, segments: number, starts: number,
    w: number, bias: number, offsets: number, x: number, y: number, yChannel: number,
  ): void;
  singleConvolutionTransposed(
    to: number, n: number, depth: number, segments: number, starts: number, w: number, offsets: number, g: number, gx: number, yChannel: number,
  ): void;
  singleConvolutionGradient(
    to: number, n: number, depth: number, segments: number, starts: number,
    offsets: number, x: number, g: number, yChannel: number, gw: number, gb: number,
  ): void;
  singleConvolutionGradientAtMaxima(
    to: number, windows: number, depth: number, offsets: number, x: number, sources: number, g: number, yChannel: number, gw: number, gb: number,
  ): void;
  singleMaximum(count: number, entries: number, first: number, offsets: number, x: number, y: number, sources: number): void;
  singleMaximumTransposed(count: number, sources: number, g: number, gx: number): void;
  singleAverage(count: number, entries: number, first: number, offsets: number, x: number, y: number): void;
  singleAverageTransposed(count: number, entries: number, first: number, offsets: number, g: number, gx: number): void;
  singleAdam(
    count: number, theta: number, g: number, first: number, second: number,
    rate: number, beta1: number, beta2: number, correction: number, epsilon: number,
  ): void;
  singleMomentum(count: number, theta: number, g: number, velocity: number, rate: number, momentum: number): void;
  singlePenalty(count: number, theta: number, g: number, l1: number, l2: number): void;
  singleLeaky(count: number, y: number, slope: number): void;
  singleLeakyTransposed(count: number, y: number, g: number, slope: number): void;
}

/** The compiled kernels want bytes where their twins want elements. */
export function bindSingle(raw: SingleKernels): SingleKernels {
  return {
    singleDense: (batch, inputs, outputs, x, xWidth, w, bias, y, list) =>
      raw.singleDense(batch, inputs, outputs, x * 4, xWidth, w * 4, bias * 4, y * 4, list * 4),
    singleDenseGradient: (batch, rows, outputs, x, xWidth, g, gw, list) =>
      raw.singleDenseGradient(batch, rows, outputs, x * 4, xWidth, g * 4, gw * 4, list * 4),
    singleDenseTransposed: (batch, inputs, outputs, w, g, x, gx, xWidth, sparse, list) =>
      raw.singleDenseTransposed(batch, inputs, outputs, w * 4, g * 4, x * 4, gx * 4, xWidth, sparse, list * 4),
    singleConvolution: (to, n, depth, segments, starts, w, bias, offsets, x, y, yChannel) =>
      raw.singleConvolution(to, n, depth, segments, starts * 4, w * 4, bias * 4, offsets * 4, x * 4, y * 4, yChannel),
    singleConvolutionTransposed: (to, n, depth, segments, starts, w, offsets, g, gx, yChannel) =>
      raw.singleConvolutionTransposed(to, n, depth, segments, starts * 4, w * 4, offsets * 4, g * 4, gx * 4, yChannel),
    singleConvolutionGradient: (to, n, depth, segments, starts, offsets, x, g, yChannel, gw, gb) =>
      raw.singleConvolutionGradient(to, n, depth, segments, starts * 4, offsets * 4, x * 4, g * 4, yChannel, gw * 4, gb * 4),
    singleConvolutionGradientAtMaxima: (to, windows, depth, offsets, x, sources, g, yChannel, gw, gb) =>
      raw.singleConvolutionGradientAtMaxima(to, windows, depth, offsets * 4, x * 4, sources * 4, g * 4, yChannel, gw * 4, gb * 4),
    singleMaximum: (count, entries, first, offsets, x, y, sources) =>
      raw.singleMaximum(count, entries, first * 4, offsets * 4, x * 4, y * 4, sources * 4),
    singleMaximumTransposed: (count, sources, g, gx) => raw.singleMaximumTransposed(count, sources * 4, g * 4, gx * 4),
    singleAverage: (count, entries, first, offsets, x, y) => raw.singleAverage(count, entries, first * 4, offsets * 4, x * 4, y * 4),
    singleAverageTransposed: (count, entries, first, offsets, g, gx) =>
      raw.singleAverageTransposed(count, entries, first * 4, offsets * 4, g * 4, gx * 4),
    singleAdam: (count, theta, g, first, second, rate, beta1, beta2, correction, epsilon) =>
      raw.singleAdam(count, theta * 4, g * 4, first * 4, second * 4, rate, beta1, beta2, correction, epsilon),
    singleMomentum: (count, theta, g, velocity, rate, momentum) => raw.singleMomentum(count, theta * 4, g * 4, velocity * 4, rate, momentum),
    singlePenalty: (count, theta, g, l1, l2) => raw.singlePenalty(count, theta * 4, g * 4, l1, l2),
    singleLeaky: (count, y, slope) => raw.singleLeaky(count, y * 4, slope),
    singleLeakyTransposed: (count, y, g, slope) => raw.singleLeakyTransposed(count, y * 4, g * 4, slope),
  };
}

/** The plain TypeScript kernels bound to the views of an arena. */
export function singleTwins(f32: Float32Array, i32: Int32Array): SingleKernels {
  return {
    singleDense: (batch, inputs, outputs, x, xWidth, w, bias, y) => singleDense(f32, batch, inputs, outputs, x, xWidth, w, bias, y),
    singleDenseGradient: (batch, rows, outputs, x, xWidth, g, gw) => singleDenseGradient(f32, batch, rows, outputs, x, xWidth, g, gw),
    singleDenseTransposed: (batch, inputs, outputs, w, g, x, gx, xWidth, sparse) =>
      singleDenseTransposed(f32, batch, inputs, outputs, w, g, x, gx, xWidth, sparse),
    singleConvolution: (...args) => singleConvolution(f32, i32, ...args),
    singleConvolutionTransposed: (...args) => singleConvolutionTransposed(f32, i32, ...args),
    singleConvolutionGradient: (...args) => singleConvolutionGradient(f32, i32, ...args),
    singleConvolutionGradientAtMaxima: (...args) => singleConvolutionGradientAtMaxima(f32, i32, ...args),
    singleMaximum: (...args) => singleMaximum(f32, i32, ...args),
    singleMaximumTransposed: (...args) => singleMaximumTransposed(f32, i32, ...args),
    singleAverage: (...args) => singleAverage(f32, i32, ...args),
    singleAverageTransposed: (...args) => singleAverageTransposed(f32, i32, ...args),
    singleAdam: (...args) => singleAdam(f32, ...args),
    singleMomentum: (...args) => singleMomentum(f32, ...args),
    singlePenalty: (...args) => singlePenalty(f32, ...args),
    singleLeaky: (...args) => singleLeaky(f32, ...args),
    singleLeakyTransposed: (...args) => singleLeakyTransposed(f32, ...args),
  };
}

import type { Shape } from "../../core/tensor.js";
import type { ConvolutionWindow } from "./layer.js";

/** Three axes of space; one or two are treated as three with leading extents 1. */
export type Axes = readonly [number, number, number];

/** `values` of one to three axes as three, what is missing filled up in front. */
export const threeAxes = (values: Shape, fill = 1): [number, number, number] =>
  [...Array<number>(3 - values.length).fill(fill), ...values] as [number, number, number];

/** Distances of channels, planes and rows. */
export type Strides = readonly [number, number, number];

/**
 * One sample of a convolution's input with its padding around it. Along the last axis it is stored
 * by residue modulo the stride, so that the entries one tap meets are contiguous for any stride:
 * x[stride·t + k] = staged[k mod stride][t + ⌊k / stride⌋], k counted in sites.
 */
export interface StagedInput {
  readonly strides: Strides;
  /** Where row (a, b) of the input begins in its channel, and each of its entries from there on. */
  rowAt(a: number, b: number): number;
  readonly columns: Int32Array;
  /** From what the window's first tap meets to what tap (a, b, c) meets. */
  tapAt(a: number, b: number, c: number): number;
  /** What the first tap meets of the first window of row (a, b) of the output. */
  windowAt(a: number, b: number): number;
}

/** @param stored  strides of an input that is used as it lies, without padding and with stride 1 */
export function stagedInput(space: Axes, window: ConvolutionWindow, stored?: Strides): StagedInput {
  const [beforeA, beforeB, beforeC] = threeAxes(
    window.padding.map(([before]) => before),
    0,
  );
  const [afterA, afterB, afterC] = threeAxes(
    window.padding.map(([, after]) => after),
    0,
  );
  const [stepA, stepB, stepC] = threeAxes(window.stride);
  const [apartA, apartB, apartC] = threeAxes(window.dilation);
  const lane = Math.ceil((space[2] + beforeC + afterC) / stepC);
  const height = space[1] + beforeB + afterB;
  const depth = space[0] + beforeA + afterA;
  const row = lane * stepC;
  const strides = stored ?? ([depth * height * row, height * row, row] as const);
  const [, planeStep, rowStep] = strides;
  const inRow = (c: number): number => (c % stepC) * lane + Math.floor(c / stepC);
  return {
    strides,
    rowAt: (a, b) => (a + beforeA) * planeStep + (b + beforeB) * rowStep,
    columns: Int32Array.from({ length: space[2] }, (_, c) => inRow(c + beforeC)),
    tapAt: (a, b, c) => a * apartA * planeStep + b * apartB * rowStep + inRow(c * apartC),
    windowAt: (a, b) => a * stepA * planeStep + b * stepB * rowStep,
  };
}

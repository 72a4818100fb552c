import type { Numbers } from "./numbers.js";
import { fours } from "./singleStep.js";

/** W [m, depth] as products take it: as it lies, or as its transpose does, and in panels. */
export interface Factor {
  readonly at: number;
  readonly step: number;
  readonly transposed: boolean;
  readonly packed: number;
}

/**
 * Y [m, sites] ← W X + b for the first n of the objects X [depth, sites]; mode 1 adds to Y, mode 2
 * ends with ReLU. `bias` 0 is none. By a native library where there is one and it pays; columns of
 * Y behind n are then anything.
 */
export type ObjectProduct = (
  m: number,
  n: number,
  depth: number,
  factor: Factor,
  from: number,
  to: number,
  bias: number,
  mode: number,
) => void;

/** @param most rows that a product with a bias has */
export function makeObjectProduct(numbers: Numbers, most: number, sites: number): ObjectProduct {
  const ones = numbers.take(most);
  numbers.all.fill(1, ones, ones + most);
  return (m, n, depth, { at, step, transposed, packed }, from, to, bias, mode) => {
    const add = mode === 1;
    if (!numbers.native(m, n, depth, at, step, transposed, from, sites, false, to, sites, add))
      return numbers.matrix(m, n, depth, packed, from, sites, to, sites, bias, mode);
    if (bias) numbers.scale(m, sites, to, ones, bias, to);
    if (mode === 2) numbers.leaky(fours(m * sites), to, 0);
  };
}

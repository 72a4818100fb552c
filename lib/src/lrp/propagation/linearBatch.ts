import type { ZeroDenominators } from "../rules/loss.js";

/** One batch on its way through a layer: its inputs x and outputs y, R_j, and where R_i goes. */
export interface LinearBatch {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly relevance: Float64Array;
  readonly out: Float64Array;
  readonly batch: number;
  readonly lost: ZeroDenominators;
  /** Whether no entry of x is negative. */
  readonly nonNegative: boolean;
  /** Whether relevance reached so few outputs of a dense layer that it goes row by row. */
  readonly few: boolean;
}

import type { Tensor } from "../core/tensor.js";
import { ascending } from "./ascending.js";

/** A table by columns, each sorted once for all trees. */
export interface SortedColumns {
  readonly samples: number;
  readonly features: number;
  /** [features, samples] */
  readonly values: Float64Array;
  /**
   * [features, samples]: samples in ascending order of the feature, equal ones in the order of the
   * table.
   */
  readonly order: Int32Array;
}

/** @param x  [n, features], finite */
export function sortedColumns(x: Tensor): SortedColumns {
  const [samples, features] = x.shape;
  const values = new Float64Array(samples * features);
  const order = new Int32Array(samples * features);
  for (let f = 0; f < features; f++) {
    const column = values.subarray(f * samples, (f + 1) * samples);
    for (let n = 0; n < samples; n++) column[n] = x.data[n * features + f];
    order.set(ascending(column), f * samples);
  }
  return { samples, features, values, order };
}

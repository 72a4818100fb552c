import { takes } from "../arguments/takes.js";
import { callable, count, numbers, optional, record } from "../arguments/kinds.js";
import { ConfigError } from "../errors.js";
import { median } from "./statistics.js";

/** Options of `neighbourMedian`. */
export interface NeighbourOptions {
  /** How many neighbours speak for a value, default 20; fewer where fewer are allowed. */
  readonly count?: number;
  /**
   * Whether value j may speak for value i, e.g. because both are of one class; default: every other
   * one.
   */
  readonly allowed?: (i: number, j: number) => boolean;
}

/**
 * What its neighbours in a sequence say of each value: the median of the nearest ones, never of the
 * value itself. A value that lies off a smooth curve differs from it; an ordinary one differs by
 * the curve's curvature alone. (A running median that counts the value itself equals it wherever
 * the curve is monotone, and all deviations are 0.)
 *
 * Nearest is counted in places; of two at the same distance the earlier one goes first.
 * @param values  [n], along the curve
 * @returns       [n]
 * @throws ConfigError for a count below 1 or a value without any neighbour, NumericalError for NaN
 *   or ±∞
 */
export function neighbourMedian(
  values: ArrayLike<number>,
  options: NeighbourOptions = {},
): Float64Array {
  takes("neighbourMedian", {
    values: [values, numbers()],
    options: [options, record({ count: optional(count(1)), allowed: optional(callable) })],
  });
  const { count: most = 20, allowed = () => true } = options;
  const n = values.length;
  return Float64Array.from({ length: n }, (_, i) => {
    const near: number[] = [];
    for (let step = 1; step < n && near.length < most; step++) {
      for (const j of [i - step, i + step]) {
        if (j >= 0 && j < n && near.length < most && allowed(i, j)) near.push(values[j]);
      }
    }
    if (near.length === 0)
      throw new ConfigError(
        `neighbourMedian: value ${i} has no neighbour that may speak for it. Allow more.`,
        { index: i },
      );
    return median(near);
  });
}

import { NumericalError } from "../../core/errors.js";
import { zeroDenominators, type ZeroDenominators } from "../rules/loss.js";

/**
 * How much relevance one layer lost, summed over samples:
 *
 *   Σ_i R_i = Σ_j R_j − lost        Blücher et al. 2020, Eq. (C1), where nothing is lost
 */
export interface ConservationRow {
  /** Its number; −1 for the input itself, where masks give away what reached them. */
  readonly node: number;
  readonly layer: string;
  readonly rule: string;
  /** Σ R at the layer's output. */
  readonly arriving: number;
  /** Σ R at its inputs. */
  readonly leaving: number;
  /** arriving − leaving = toZeroDenominators + toBiasAndStabiliser. */
  readonly lost: number;
  /** What met a denominator of 0, and how many entries did. */
  readonly toZeroDenominators: number;
  readonly zeroDenominators: number;
  /** The rest: shares of biases, of ε and of masks, and rounding. */
  readonly toBiasAndStabiliser: number;
  /** Samples that arrived with relevance and left with none. */
  readonly samplesLeftWithNone: number;
  /** Largest |arriving − leaving| of a sample, relative to Σ |R| of its start. */
  readonly largestLoss: number;
}

/** The books of one layer: add a batch, read the row. */
export interface Ledger {
  readonly zero: ZeroDenominators;
  /**
   * @param came  [batch]: Σ R at the output
   * @param left  [batch]: Σ R at the inputs
   * @throws NumericalError if relevance is not finite
   */
  enter(
    came: Float64Array,
    left: Float64Array,
    leaving: readonly Float64Array[],
    startSizes: Float64Array,
    batch: number,
  ): void;
  row(): ConservationRow;
}

export function ledger(
  node: number,
  layer: string,
  rule: string,
  capacity: number,
  widths: readonly number[],
): Ledger {
  const zero = zeroDenominators(capacity);
  let [totalIn, totalOut, toZero, none, largest] = [0, 0, 0, 0, 0];
  return {
    zero,
    enter(came, left, leaving, startSizes, batch) {
      for (let n = 0; n < batch; n++) {
        if (!Number.isFinite(left[n])) {
          throw new NumericalError(
            `${layer}, node ${node}: relevance by the rule ${rule} is ${left[n]}; denominators are too small. Use a rule with a stabiliser.`,
            { node },
          );
        }
        totalIn += came[n];
        totalOut += left[n];
        toZero += zero.relevance[n];
        zero.relevance[n] = 0;
        if (
          left[n] === 0 &&
          came[n] !== 0 &&
          leaving.every((from, k) =>
            from.subarray(n * widths[k], (n + 1) * widths[k]).every((r) => r === 0),
          )
        )
          none++;
        if (startSizes[n] > 0)
          largest = Math.max(largest, Math.abs(came[n] - left[n]) / startSizes[n]);
      }
    },
    row: () => ({
      node,
      layer,
      rule,
      arriving: totalIn,
      leaving: totalOut,
      lost: totalIn - totalOut,
      toZeroDenominators: toZero,
      zeroDenominators: zero.count,
      toBiasAndStabiliser: totalIn - totalOut - toZero,
      samplesLeftWithNone: none,
      largestLoss: largest,
    }),
  };
}

/** out_n += Σ of row n. */
export function addRowSums(
  values: Float64Array,
  rows: number,
  width: number,
  out: Float64Array,
): void {
  for (let n = 0; n < rows; n++) out[n] += rowSum(values, n * width, (n + 1) * width);
}

/**
 * Σ of entries from … to − 1. Four sums side by side, since one waits for each of its additions.
 */
export function rowSum(values: Float64Array, from: number, to: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let p = from;
  for (const end = from + ((to - from) & ~3); p < end; p += 4) {
    a += values[p];
    b += values[p + 1];
    c += values[p + 2];
    d += values[p + 3];
  }
  for (; p < to; p++) a += values[p];
  return a + b + (c + d);
}

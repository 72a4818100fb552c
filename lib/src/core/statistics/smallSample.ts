import type { LeaveOut } from "./leaveOut.js";
import type { Linearised } from "./linearised.js";
import { mean } from "./statistics.js";

/** What a result's error bar lacks when it is linear theory with an estimated variance. */
export interface SmallSample {
  /** ln of the factor for curvature: errors from leaving out blocks, whole over linearised. */
  readonly curvature: number;
  /** Bias of the result by the jackknife. */
  readonly bias: number;
  /** Variance of ln σ̂ beyond that of normal samples. */
  readonly tails: number;
}

/** Blocks that are left out singly and in pairs. */
export const BLOCKS = 20;
/**
 * Jackknife variance of ln σ̂ for 20 independent normal numbers, 10⁶ draws; it is 1/38 by theory,
 * and comes out too large so early.
 */
const NORMAL = 0.0309;
/** A variance of which one block is nearly all cannot be told at all. */
const MOST = 1;

/**
 * Curvature, bias and tails of each result, from leaving out each of 20 blocks and each pair.
 * Undefined for fewer than 40 stretches.
 *
 * - *Curvature*: a block is no small change. √Σ(θ_{−b} − θ̄)² over the same of the linearised
 *   statistic.
 * - *Bias*: 19 (θ̄ − θ), Quenouille 1956.
 * - *Tails*: σ̂_{−b}, the error from the other 19 blocks, scatters by Var ln σ̂ (jackknife of ln
 *   σ̂). Of normal samples it is known; more of it is
 *   heavy tails, or an error bar that hangs on the value itself.
 */
export function smallSample(
  parts: LeaveOut,
  { spans, series }: Linearised,
): SmallSample[] | undefined {
  if (spans.length < 2 * BLOCKS) return undefined;
  const first = (block: number): number => Math.floor((block * spans.length) / BLOCKS);
  const blocks = Array.from({ length: BLOCKS }, (_, b) => ({
    from: spans[first(b)].from,
    to: spans[first(b + 1) - 1].to,
  }));
  const one = blocks.map((block) => parts.without([block]));
  const two = blocks.map((later, b) =>
    blocks.slice(0, b).map((earlier) => parts.without([earlier, later])),
  );
  return series.map((values, r) => {
    const left = one.map((results) => results[r]);
    const centre = mean(values);
    const linear = blocks.map(({ from, to }, b) => {
      return (
        (-(to - from) / (parts.n - (to - from))) *
        (mean(values.subarray(first(b), first(b + 1))) - centre)
      );
    });
    const curvature = 0.5 * Math.log(spread(left) / spread(linear));
    // blocks may differ by one sample
    const bias = (BLOCKS - 1) * (mean(left) - parts.all[r] - mean(linear));
    const pair = (b: number, c: number): number => (b > c ? two[b][c][r] : two[c][b][r]);
    return {
      curvature: Number.isFinite(curvature) ? curvature : 0,
      bias,
      tails: Math.min(MOST, scatter(pair) - NORMAL),
    };
  });
}

/** NaN of values that are not finite, such as ln 0 in `scatter`. */
function spread(values: readonly number[]): number {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/** Jackknife variance of ln σ̂, σ̂_{−b} from the pairs that b belongs to. */
function scatter(pair: (b: number, c: number) => number): number {
  const all = Array.from({ length: BLOCKS }, (_, b) => b);
  const logs = all.map(
    (b) => 0.5 * Math.log(spread(all.filter((c) => c !== b).map((c) => pair(b, c)))),
  );
  const variance = ((BLOCKS - 1) / BLOCKS) * spread(logs);
  return Number.isNaN(variance) ? MOST + NORMAL : variance; // one block alone differs: ln 0
}

import { makeRng } from "../random/rng.js";
import type { LeaveOut, Span } from "./leaveOut.js";
import { variance } from "./statistics.js";

/** Results as sums over the chain to first order: what each stretch of it adds, around 0. */
export interface Linearised {
  /** Stretches of the chain, one an entry of the series. */
  readonly spans: readonly Span[];
  /** [results][spans]. */
  readonly series: readonly Float64Array[];
  /**
   * [results]: variance of the series if its samples were independent; undefined where a stretch is
   * one sample.
   */
  readonly independent?: Float64Array;
}

/** Evaluations of a statistic whose time grows with the samples. */
const MOST = 512;

/**
 * The statistic linearised in the samples, by leaving out one at a time (the infinitesimal
 * jackknife of Jaeckel 1972, with finite steps):
 *
 *   ψ_i = (n − 1)(θ − θ_{−i}),   θ ≈ const + (1/n) Σ_i ψ_i
 *
 * The autocorrelation of ψ is what the error of θ depends on (Wolff 2004, Eq. 35). Statistics whose
 * time grows with n lose up to 512 stretches of neighbours instead, and as many handfuls drawn at
 * random, which tell how much of their variance is correlation.
 */
export function linearised(parts: LeaveOut): Linearised {
  const { n } = parts;
  const count = parts.slow ? Math.min(n, MOST) : n;
  const edge = (g: number): number => Math.floor((g * n) / count);
  const spans = Array.from({ length: count }, (_, g) => ({ from: edge(g), to: edge(g + 1) }));
  if (parts.columns) return { spans, series: parts.columns };
  const series = pseudoValues(
    parts,
    spans.map((span) => [span]),
  );
  if (count === n) return { spans, series };
  const order = makeRng(0, "jackknife").permutation(n);
  const dealt = pseudoValues(
    parts,
    spans.map(({ from, to }) => handful(order.subarray(from, to))),
  );
  return { spans, series, independent: Float64Array.from(dealt, (values) => variance(values)) };
}

function handful(rows: Int32Array): Span[] {
  return Array.from(rows.slice().sort(), (row) => ({ from: row, to: row + 1 }));
}

/** [results][groups]. */
function pseudoValues(parts: LeaveOut, groups: readonly (readonly Span[])[]): Float64Array[] {
  const series = Array.from(parts.all, () => new Float64Array(groups.length));
  groups.forEach((spans, g) => {
    const size = spans.reduce((sum, { from, to }) => sum + to - from, 0);
    const without = parts.without(spans);
    for (let r = 0; r < series.length; r++)
      series[r][g] = ((parts.n - size) / size) * (parts.all[r] - without[r]);
  });
  return series;
}

import { tauInt } from "../../core/statistics/autocorrelation.js";
import { mean, variance } from "../../core/statistics/statistics.js";

/**
 * τ_int of one observable over several chains, in trajectories: the mean, weighted by length. NaN
 * for chains of fewer than two samples.
 */
export function pooledTauInt(chains: readonly Float64Array[]): { tauInt: number; error: number } {
  let [total, tau, square] = [0, 0, 0];
  for (const chain of chains) {
    if (chain.length < 2) return { tauInt: NaN, error: NaN };
    const one = tauInt(chain);
    total += chain.length;
    tau += chain.length * one.tauInt;
    square += (chain.length * one.error) ** 2;
  }
  return { tauInt: tau / total, error: Math.sqrt(square) / total };
}

/**
 * τ_int that an error bar should not be caught below: two of its own standard deviations above the
 * estimate, since that of a short chain is uncertain and comes out too small more often than not.
 */
const cautious = ({ tauInt: tau, error }: { tauInt: number; error: number }): number =>
  Math.max(0.5, tau + 2 * error);

/** Samples that the drift needs of each chain. */
export const shortestForDrift = 40;

/**
 * How many standard deviations the first fifth of the chains lies from their second half, after
 * Geweke (Bayesian Statistics 4, 1992). The variance is that of the second halves, with their τ_int
 * and two of its errors: a beginning that still relaxes then does not inflate its own error bar.
 * NaN for chains shorter than 40 samples.
 */
export function drift(chains: readonly Float64Array[]): number {
  let [difference, error] = [0, 0];
  for (const chain of chains) {
    const n = chain.length;
    if (n < shortestForDrift) return NaN;
    const early = chain.subarray(0, Math.floor(n / 5));
    const late = chain.subarray(Math.ceil(n / 2));
    const spread = variance(late) * 2 * cautious(tauInt(late));
    difference += mean(early) - mean(late);
    error += spread / early.length + spread / late.length;
  }
  return difference === 0 ? 0 : difference / Math.sqrt(error);
}

/**
 * Whether the chains' means differ by more than their errors: χ² per degree of freedom of the means
 * of the halves of each chain, each with variance 2 τ_int σ²/n, τ_int two of its errors above its
 * estimate.
 */
export function disagreement(chains: readonly Float64Array[]): number {
  const halves = chains.flatMap((chain) => [
    chain.subarray(0, chain.length >> 1),
    chain.subarray(chain.length >> 1),
  ]);
  const tau = cautious(pooledTauInt(chains));
  const errors = halves.map((half) => (variance(half) * 2 * tau) / half.length);
  return variance(halves.map((half) => mean(half))) / mean(errors);
}

/** Most consecutive rejections. */
export function longestRejection(accepted: Float64Array): number {
  let [longest, current] = [0, 0];
  for (const value of accepted) {
    current = value === 0 ? current + 1 : 0;
    if (current > longest) longest = current;
  }
  return longest;
}

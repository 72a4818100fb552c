import { tauInt } from "./autocorrelation.js";
import { ConfigError } from "./errors.js";
import { mean } from "./statistics.js";
import { checkFinite } from "./tensor.js";

/** A Monte Carlo result with its error. */
export interface Estimate {
  mean: number;
  /** One standard deviation of `mean`, correlations along the chain included. */
  error: number;
  /** Integrated autocorrelation time of the samples, in samples; ½ if independent. */
  tauInt: number;
  /** Number of samples. */
  n: number;
}

/**
 * Blocks long enough to be independent, short enough to be many: minimises the sum of the two relative errors of an error bar,
 * τ/2B from correlations across block borders and √(B/2N) from the number of blocks. Independent samples need no blocks.
 */
export function chooseBlockSize(n: number, tau: number, tauError: number): number {
  if (tau - tauError <= 0.5) return 1;
  return Math.max(1, Math.min(Math.ceil(Math.cbrt(2 * n * tau * tau)), Math.floor(n / 2)));
}

/**
 * A statistic of a Markov chain with its jackknife error: the statistic is evaluated with one block left out at a time.
 *
 *   σ² = (B − 1)/B · Σ_b (θ_b − θ̄)²   over B blocks        Efron (1982)
 *
 * For the mean and blocks of one sample this is the standard error √(s²/n), exactly.
 * @param samples            [n], in Monte Carlo order
 * @param options.blockSize  samples a block; by default chosen from τ_int. Blocks differ by one sample where n is no multiple
 * @param options.statistic  any smooth function of the samples; the mean by default
 * @throws ConfigError for fewer than two samples or a block size outside 1 … n/2, NumericalError for NaN or ±∞
 */
export function jackknife(
  samples: ArrayLike<number>,
  options: { blockSize?: number; statistic?: (samples: Float64Array) => number } = {},
): Estimate {
  const n = samples.length;
  if (n < 2) throw new ConfigError(`jackknife: needs at least 2 samples, got ${n}.`, { length: n });
  const autocorrelation = tauInt(samples); // also refuses NaN
  const blockSize = options.blockSize ?? chooseBlockSize(n, autocorrelation.tauInt, autocorrelation.error);
  if (!(Number.isInteger(blockSize) && blockSize >= 1 && 2 * blockSize <= n)) {
    const range = `it must be a whole number from 1 to half of the ${n} samples`;
    throw new ConfigError(`jackknife: the block size is ${blockSize}; ${range}.`, { blockSize, n });
  }
  const blocks = Math.floor(n / blockSize);
  const begin = (block: number): number => Math.floor((block * n) / blocks);
  const all = Float64Array.from(samples);
  const statistic = options.statistic;
  const leftOut = new Float64Array(blocks);
  if (statistic) {
    for (let b = 0; b < blocks; b++) {
      const kept = new Float64Array(n - (begin(b + 1) - begin(b)));
      kept.set(all.subarray(0, begin(b)));
      kept.set(all.subarray(begin(b + 1)), begin(b));
      leftOut[b] = statistic(kept);
    }
    checkFinite(leftOut, "jackknife, the statistic without block");
  } else {
    const centre = mean(all); // subtracted first, so that little is lost to rounding
    const total = all.reduce((sum, value) => sum + (value - centre), 0);
    for (let b = 0; b < blocks; b++) {
      let without = total;
      for (let i = begin(b); i < begin(b + 1); i++) without -= all[i] - centre;
      leftOut[b] = centre + without / (n - (begin(b + 1) - begin(b)));
    }
  }
  const centre = mean(leftOut);
  const spread = leftOut.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return {
    mean: statistic ? statistic(all) : mean(all),
    error: Math.sqrt(((blocks - 1) / blocks) * spread),
    tauInt: autocorrelation.tauInt,
    n,
  };
}

import { chainMemory } from "../chainMemory.js";
import type { LeaveOut } from "./leaveOut.js";
import { linearised } from "./linearised.js";
import { smallSample, type SmallSample } from "./smallSample.js";
import { variance as sampleVariance } from "./statistics.js";

/** A Monte Carlo result with its error. */
export interface Estimate {
  mean: number;
  /**
   * Half of the interval that covers the true value in 68.3 % of all cases, correlations along the
   * chain included: one standard deviation.
   */
  error: number;
  /**
   * Integrated autocorrelation time, in samples, of what the error depends on: the statistic
   * linearised in the samples; ½ if independent.
   */
  tauInt: number;
  /** Number of samples. */
  n: number;
  /** What makes the error doubtful, in words; absent if nothing was found. */
  warnings?: readonly string[];
}

/** τ_int of one result, in samples, and what its error is made of. */
interface Memory {
  readonly tauInt: number;
  /** Standard deviation of the result in linear theory. */
  readonly sigma: number;
  /** Variance of ln σ̂ for normal samples, with the weight that it has for the error bar. */
  readonly scatter: number;
  readonly warnings: readonly string[];
}

/**
 * Results with errors by the Γ-method on the linearised statistic (Wolff 2004), made to cover what
 * they promise when the chain is short:
 *
 *   error² = (2 τ_int Γ(0)/n) F² e^{2s²} (1 + 4 b²)
 *
 * The Γ-method sums correlations over the whole chain, so none are lost across the borders of
 * blocks, which makes the errors of blocks too small by τ_int/2B. What else 2 τ_int Γ(0)/n lacks
 * are terms of order τ_int/n, all three from 20 blocks (`smallSample`):
 *
 * - F: curvature, the ratio of what leaving out a block does to the statistic and to its linear
 *   part.
 * - s² = Var ln σ̂: an interval of an estimated σ̂ covers as much as its *geometric* mean does (to
 *   second order, at one σ), which for unbiased σ̂² is
 *   σ e^{−s²}; for independent normal samples this is Student's factor, 1 + 1/2ν. That of normal
 *   samples, (2W + 1)/2n, counts half, since Γ-method
 *   windows grow with upward fluctuations, so that σ̂ and not σ̂² is unbiased; tails come on top.
 * - b: the bias in units of σ. A shift b costs what b²/2 of the width gives back; a skewed
 *   distribution, with which bias goes in variances and
 *   cumulants, costs 2ab more (a: skewness/6, about −3b/4).
 *
 * τ_int below ½ counts only where neighbours are anticorrelated beyond chance. Fewer than 40
 * samples are too few for these terms.
 */
export function estimates(parts: LeaveOut): Estimate[] {
  const linear = linearised(parts);
  const small = smallSample(parts, linear);
  return Array.from(parts.all, (value, r) => {
    const memory = memoryOf(linear.series[r], parts.n, linear.independent?.[r]);
    const error = memory.sigma * correction(memory, small?.[r]);
    return estimate(value, error, memory.tauInt, parts.n, [
      ...memory.warnings,
      ...smallWarnings(memory, small?.[r]),
    ]);
  });
}

/**
 * Results with the errors of blocks of a given length, left out one at a time.
 *
 *   σ² = (B − 1)/B · Σ_b (θ_b − θ̄)²   over B blocks        Efron (1982)
 */
export function blockEstimates(parts: LeaveOut, blockSize: number): Estimate[] {
  const { n } = parts;
  const blocks = Math.floor(n / blockSize);
  const edge = (block: number): number => Math.floor((block * n) / blocks);
  const left = Array.from({ length: blocks }, (_, b) =>
    parts.without([{ from: edge(b), to: edge(b + 1) }]),
  );
  const linear = linearised(parts);
  return Array.from(parts.all, (value, r) => {
    const centre = left.reduce((sum, results) => sum + results[r], 0) / blocks;
    const spread = left.reduce((sum, results) => sum + (results[r] - centre) ** 2, 0);
    const { tauInt } = memoryOf(linear.series[r], n, linear.independent?.[r]);
    return estimate(value, Math.sqrt(((blocks - 1) / blocks) * spread), tauInt, n, []);
  });
}

function estimate(
  mean: number,
  error: number,
  tauInt: number,
  n: number,
  warnings: readonly string[],
): Estimate {
  return { mean, error, tauInt, n, ...(warnings.length > 0 ? { warnings } : {}) };
}

/**
 * @param independent variance of the series if its samples were independent, where an entry stands
 *   for several
 */
function memoryOf(series: Float64Array, n: number, independent?: number): Memory {
  const count = series.length;
  const { tauInt, variance, window, anticorrelated, warnings } = chainMemory(series, n / count);
  const found = { tauInt: independent ? (tauInt * variance) / independent : tauInt, warnings };
  if (variance === 0) return { ...found, sigma: 0, scatter: 0 };
  if (tauInt <= 0.5 && !anticorrelated) {
    // the standard error; σ̂² is unbiased, so Student's factor counts in full
    return {
      ...found,
      sigma: Math.sqrt(sampleVariance(series) / count),
      scatter: 1 / (2 * (count - 1)),
    };
  }
  const sigma = Math.sqrt((2 * Math.max(0, tauInt) * variance) / count);
  return { ...found, sigma, scatter: (2 * window + 1) / (4 * count) };
}

function correction({ sigma, scatter }: Memory, small: SmallSample | undefined): number {
  if (!small || sigma === 0) return 1;
  return (
    Math.exp(scatter + small.curvature + small.tails) * Math.sqrt(1 + 4 * (small.bias / sigma) ** 2)
  );
}

// σ̂ scatters by 70 %
const UNCERTAIN = 0.5;
const CURVED = Math.log(1.5);

function smallWarnings({ sigma }: Memory, small: SmallSample | undefined): string[] {
  if (!small || sigma === 0) return [];
  const warnings: string[] = [];
  const say = (fact: string, cure = "Take a longer chain"): number =>
    warnings.push(`${fact}. ${cure}.`);
  if (small.tails > UNCERTAIN) {
    const scatter = `${(100 * Math.sqrt(small.tails)).toFixed(0)} %`;
    say(
      `uncertain: the error rests on a few samples, or hangs on the value itself, and may be off by ${scatter} and more`,
    );
  }
  if (small.curvature > CURVED) {
    const ratio = Math.exp(small.curvature).toFixed(1);
    const fact = `leaving out a twentieth of the chain changes the result ${ratio} times as much as linear theory has it`;
    say(`curved: ${fact}`, "Take a longer chain, or a smoother statistic");
  }
  if (Math.abs(small.bias) > sigma) {
    say(
      `biased: by ${small.bias.toPrecision(2)} to judge from a shorter chain, more than linear theory has as its error, ${sigma.toPrecision(2)}`,
    );
  }
  return warnings;
}

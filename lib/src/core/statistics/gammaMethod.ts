import { mean } from "./statistics.js";

/** What the Γ-method finds out about one series. */
export interface GammaMethod {
  /** Integrated autocorrelation time, in steps; ½ for independent samples. */
  readonly tauInt: number;
  /** One standard deviation of `tauInt`. */
  readonly error: number;
  /** Largest lag summed. */
  readonly window: number;
  /** Γ(0), corrected for the mean's bias: the variance of the mean is 2 τ_int Γ(0)/n. */
  readonly variance: number;
  /** Γ(t) as it is measured, without correction. */
  readonly autocovariance: (lag: number) => number;
}

// Assumed ratio of exponential to integrated autocorrelation time: Wolff's recommended value.
const S = 1.5;

/**
 * Γ at a lag and the three after it, into `known`, which is read lag by lag. Four sums at once take
 * as long as one, whose additions wait for one another; each adds up in the same order.
 */
function fromLag(deviation: Float64Array, lag: number, known: number[]): void {
  const n = deviation.length;
  const common = n - lag - 3;
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < common; i++) {
    const [own, at] = [deviation[i], i + lag];
    a += own * deviation[at];
    b += own * deviation[at + 1];
    c += own * deviation[at + 2];
    d += own * deviation[at + 3];
  }
  [a, b, c, d].forEach((sum, k) => {
    for (let i = Math.max(0, common); i < n - lag - k; i++)
      sum += deviation[i] * deviation[i + lag + k];
    if (k === 0 || lag + k < n) known[lag + k] = sum / (n - lag - k);
  });
}

/**
 * The Γ-method with automatic window: U. Wolff, Comput. Phys. Commun. 156 (2004) 143; see `tauInt`.
 * A constant series counts as independent.
 * @param series  [n], n ≥ 2, finite
 */
export function gammaMethod(series: ArrayLike<number>): GammaMethod {
  const n = series.length;
  const centre = mean(series);
  const deviation = new Float64Array(n);
  for (let i = 0; i < n; i++) deviation[i] = series[i] - centre;
  const known: number[] = [];
  const autocovariance = (lag: number): number => {
    if (known[lag] === undefined) fromLag(deviation, lag, known);
    return known[lag];
  };

  const gammas = [autocovariance(0)];
  // rounding of the mean alone leaves deviations of this size
  if (gammas[0] <= (n * Number.EPSILON * centre) ** 2) {
    return { tauInt: 0.5, error: 0, window: 0, variance: 0, autocovariance };
  }
  let sum = 0; // Σ Γ(t)/Γ(0), without the mean's bias
  const largest = Math.max(1, Math.floor(n / 2));
  for (let window = 1; window <= largest; window++) {
    gammas.push(autocovariance(window));
    sum += gammas[window] / gammas[0];
    const decay = sum <= 0 ? Number.EPSILON : S / Math.log((sum + 1) / sum);
    if (Math.exp(-window / decay) - decay / Math.sqrt(window * n) < 0) break;
  }

  const window = gammas.length - 1;
  const total = gammas.reduce((c, g, t) => c + (t === 0 ? g : 2 * g), 0);
  const corrected = gammas.map((g) => g + total / n);
  const tau = corrected.reduce((t, g) => t + g / corrected[0], -0.5);
  const error = 2 * Math.abs(tau) * Math.sqrt(Math.max(0, window - tau + 0.5) / n);
  return { tauInt: tau, error, window, variance: corrected[0], autocovariance };
}

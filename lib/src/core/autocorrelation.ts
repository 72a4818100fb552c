import { ConfigError } from "./errors.js";
import { mean } from "./statistics.js";
import { checkFinite } from "./tensor.js";

/** Integrated autocorrelation time of a Markov chain, in steps of the series; ½ for independent samples. */
export interface AutocorrelationTime {
  tauInt: number;
  /** One standard deviation of `tauInt`. */
  error: number;
  /** Largest lag summed. */
  window: number;
}

// Assumed ratio of exponential to integrated autocorrelation time: Wolff's recommended value.
const S = 1.5;

/**
 * Integrated autocorrelation time by the Γ-method with automatic window: U. Wolff, Comput. Phys. Commun. 156 (2004) 143.
 *
 *   Γ(t) = Σ_i (a_i − ā)(a_{i+t} − ā) / (N − t),   τ_int(W) = ½ + Σ_{t=1}^{W} Γ(t)/Γ(0)
 *
 * W is the first lag at which the statistical error outgrows the truncation error (Eqs. 50–52 with S = 1.5); the bias from
 * subtracting the measured mean is corrected to O(1/N). A constant series counts as independent: τ_int = ½, error 0.
 * @param series  [N], one observable along one chain, in Monte Carlo order
 * @throws ConfigError for fewer than two samples, NumericalError for NaN or ±∞
 */
export function tauInt(series: ArrayLike<number>): AutocorrelationTime {
  const n = series.length;
  if (n < 2) throw new ConfigError(`tauInt: needs at least 2 samples, got ${n}.`, { length: n });
  checkFinite(series, "tauInt");
  const centre = mean(series);
  const deviation = Float64Array.from(series, (value) => value - centre);
  const gamma = (lag: number): number => {
    let sum = 0;
    for (let i = 0; i < n - lag; i++) sum += deviation[i] * deviation[i + lag];
    return sum / (n - lag);
  };

  const gammas = [gamma(0)];
  // rounding of the mean alone leaves deviations of this size
  if (gammas[0] <= (n * Number.EPSILON * centre) ** 2) return { tauInt: 0.5, error: 0, window: 0 };
  let sum = 0; // Σ Γ(t)/Γ(0), without the mean's bias
  const largest = Math.max(1, Math.floor(n / 2));
  for (let window = 1; window <= largest; window++) {
    gammas.push(gamma(window));
    sum += gammas[window] / gammas[0];
    const decay = sum <= 0 ? Number.EPSILON : S / Math.log((sum + 1) / sum);
    if (Math.exp(-window / decay) - decay / Math.sqrt(window * n) < 0) break;
  }

  const window = gammas.length - 1;
  const total = gammas.reduce((c, g, t) => c + (t === 0 ? g : 2 * g), 0);
  const corrected = gammas.map((g) => g + total / n);
  const tau = corrected.reduce((t, g) => t + g / corrected[0], -0.5);
  return { tauInt: tau, error: 2 * Math.abs(tau) * Math.sqrt(Math.max(0, window - tau + 0.5) / n), window };
}

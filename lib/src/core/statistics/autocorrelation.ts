import { takes } from "../arguments/takes.js";
import { numbers } from "../arguments/kinds.js";
import { chainMemory } from "../chainMemory.js";
import { ConfigError } from "../errors.js";

/**
 * Integrated autocorrelation time of a Markov chain, in steps of the series; ½ for independent
 * samples.
 */
export interface AutocorrelationTime {
  tauInt: number;
  /** One standard deviation of `tauInt`. */
  error: number;
  /** Largest lag summed. */
  window: number;
  /** What makes `tauInt` doubtful, in words; empty if nothing was found. */
  warnings: string[];
}

/**
 * Integrated autocorrelation time by the Γ-method with automatic window: U. Wolff, Comput. Phys.
 * Commun. 156 (2004) 143.
 *
 *   Γ(t) = Σ_i (a_i − ā)(a_{i+t} − ā) / (N − t),   τ_int(W) = ½ + Σ_{t=1}^{W} Γ(t)/Γ(0)
 *
 * W is the first lag at which the statistical error outgrows the truncation error (Eqs. 50–52 with
 * S = 1.5); the bias from subtracting the measured mean is corrected to O(1/N). A constant series
 * counts as independent: τ_int = ½, error 0.
 *
 * Series whose neighbours lie on opposite sides of the mean beyond chance (ρ(1) < −3/√N) have τ_int
 * < ½ and a sum that alternates, where that window ends too early. They are filtered first, y_t =
 * a_t − ρ(1) a_{t−1}, and τ_int follows from that of y; `window` is that of y.
 *
 * `warnings` names series shorter than 50 τ_int, for which τ_int and all error bars made from it
 * come out too small, those whose correlations go on behind the window: a slow mode of small
 * amplitude, or an oscillation, and constant ones.
 * @param series  [N], one observable along one chain, in Monte Carlo order
 * @throws ConfigError for fewer than two samples, NumericalError for NaN or ±∞
 * @example
 * ```ts
 * import { core } from "phaselens";
 * const rng = core.makeRng(1);
 * let x = 0;
 * const series = Float64Array.from({ length: 20000 }, () => (x = 0.8 * x + rng.normal()));
 * const { tauInt, error } = core.tauInt(series); // exactly (1 + 0.8)/(1 − 0.8)/2 = 4.5
 * console.log(Math.abs(tauInt - 4.5) < 4 * error); // → true
 * ```
 */
export function tauInt(series: ArrayLike<number>): AutocorrelationTime {
  takes("tauInt", { series: [series, numbers()] });
  const n = series.length;
  if (n < 2) throw new ConfigError(`tauInt: needs at least 2 samples, got ${n}.`, { length: n });
  const { tauInt: tau, error, window, warnings } = chainMemory(series);
  return { tauInt: tau, error, window, warnings };
}

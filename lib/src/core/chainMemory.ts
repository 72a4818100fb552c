import { gammaMethod, type GammaMethod } from "./statistics/gammaMethod.js";
import { mean } from "./statistics/statistics.js";

/** How a series remembers, with what speaks against the numbers. */
export interface ChainMemory {
  readonly tauInt: number;
  readonly error: number;
  readonly window: number;
  /** Γ(0): the variance of the mean is 2 τ_int Γ(0)/n. */
  readonly variance: number;
  /** τ_int below ½ is meant: neighbours lie on opposite sides of the mean beyond chance. */
  readonly anticorrelated: boolean;
  /** In words; empty if nothing was found. */
  readonly warnings: string[];
}

// Of 1/√n, the standard deviation of ρ(1) for independent samples: a window that ends too early is
// wrong by ρ², below 9/n here
const ANTICORRELATED = 3;
// Below, τ_int is too small by 3 % on the mean, at 30 by 10 %, at 10 by 40 % (autoregressive
// chains)
const LONG_ENOUGH = 50;
// Standard deviations; 1 of 1000 healthy series exceeds 5 (n from 100 to 10,000, τ_int from .005 to
// 20)
const BEYOND = 5;
const LAGS = 128; // that are looked at in any case

/**
 * Memory of one series: Wolff's Γ-method (`gammaMethod`), for anticorrelated series behind a
 * filter.
 *
 * Where ρ(1) is negative, partial sums of Γ(t) alternate and Wolff's window ends at the first.
 * There the series y_t = x_t − φ x_{t−1}, φ = ρ(1), is analysed, which remembers little
 * (prewhitening: Andrews & Monahan, Econometrica 60 (1992) 953):
 *
 *   τ_int = τ_y Γ_y(0) / ((1 − φ)² Γ(0)),   since the mean of y is (1 − φ) times that of x
 *
 * @param series  [n], n ≥ 2, finite
 * @param group   samples that an entry of the series stands for; warnings count in samples
 */
export function chainMemory(series: ArrayLike<number>, group = 1): ChainMemory {
  const n = series.length;
  const plain = gammaMethod(series);
  if (plain.variance === 0)
    return { ...pick(plain), anticorrelated: false, warnings: [constantWarning(n * group)] };
  const gamma = plain.autocovariance(0);
  const phi = Math.max(plain.autocovariance(1) / gamma, 1 / n - 1);
  const anticorrelated = phi < -ANTICORRELATED / Math.sqrt(n);
  const used = anticorrelated ? gammaMethod(filtered(series, phi)) : plain;
  const found = anticorrelated ? unfiltered(used, phi, gamma, n) : pick(plain);
  // What decides whether Γ(0) is known: the memory of the squares
  const squares = anticorrelated ? (1 + phi * phi) / (2 * (1 - phi * phi)) : 0;
  const memory = Math.max(0.5, found.tauInt, squares) + found.error;
  const warnings = [shortWarning(n * group, memory * group), beyondWarning(used, n, group)];
  return { ...found, anticorrelated, warnings: warnings.filter((text) => text !== "") };
}

const pick = ({
  tauInt,
  error,
  window,
  variance,
}: GammaMethod): Pick<ChainMemory, "tauInt" | "error" | "window" | "variance"> => ({
  tauInt,
  error,
  window,
  variance,
});

function filtered(series: ArrayLike<number>, phi: number): Float64Array {
  const centre = mean(series);
  const rest = new Float64Array(series.length - 1);
  for (let t = 0; t < rest.length; t++)
    rest[t] = series[t + 1] - centre - phi * (series[t] - centre);
  return rest;
}

/** Back to the series before the filter; the errors of both variances add up. */
function unfiltered(
  y: GammaMethod,
  phi: number,
  variance: number,
  n: number,
): ReturnType<typeof pick> {
  const tauInt = (y.tauInt * y.variance) / ((1 - phi) ** 2 * variance);
  const relative =
    4 * Math.max(0, y.window - y.tauInt + 0.5) + (2 * (1 + phi * phi)) / (1 - phi * phi);
  return { tauInt, error: Math.abs(tauInt) * Math.sqrt(relative / n), window: y.window, variance };
}

function constantWarning(samples: number): string {
  const fact = `all ${samples} samples are equal, so that τ_int = ½ and an error of 0 say nothing`;
  return `constant: ${fact}. If the chain stands still, look at its acceptance.`;
}

function shortWarning(samples: number, memory: number): string {
  if (samples >= LONG_ENOUGH * memory) return "";
  const fact = `${samples} samples are fewer than ${LONG_ENOUGH} times the memory, which may be ${memory.toPrecision(2)}`;
  return `short: ${fact}; τ_int is likely too small then, and error bars with it. Take a longer chain.`;
}

/**
 * Sums of ρ(t) over growing stretches behind the window, which are noise for a chain that has
 * forgotten.
 */
function beyondWarning(
  { tauInt, window, autocovariance }: GammaMethod,
  n: number,
  group: number,
): string {
  const tau = Math.max(0.5, tauInt);
  const variance = autocovariance(0);
  const last = Math.min(Math.floor(n / 4), Math.max(4 * window, LAGS));
  let [sum, worst, at, look] = [0, 0, 0, 1];
  for (let lag = window + 1; lag <= last; lag++) {
    sum += autocovariance(lag) / variance + (2 * tau) / n; // with the mean's bias
    const count = lag - window;
    if (count < look && lag < last) continue;
    look *= 2;
    const deviations = sum / Math.sqrt((count * 4 * tau * tau) / n);
    if (Math.abs(deviations) > Math.abs(worst)) [worst, at] = [deviations, lag];
  }
  if (Math.abs(worst) < BEYOND) return "";
  const fact = `correlations from lag ${window * group} to ${at * group} add up to ${worst.toFixed(0)} σ instead of 0`;
  const cause =
    worst > 0
      ? "as of a slow mode: τ_int is too small, and error bars with it"
      : "as of an oscillation: τ_int is not to be trusted, nor are error bars";
  return `memory behind the window: ${fact}, ${cause}. Look at the series, and choose blocks of your own.`;
}

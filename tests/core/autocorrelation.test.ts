import { makeRng, tauInt } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { autoregressive, exactTauInt } from "../support/autoregressive.js";

describe("tauInt", () => {
  it.each([0, 0.5, 0.8, 0.95])("finds (1 + ρ) / 2(1 − ρ) for the autoregressive chain with ρ = %d", (rho) => {
    // four error bars: false-alarm rate below 1e-3 for errors that are a bit too small, fixed seed
    const { tauInt: tau, error } = tauInt(autoregressive(makeRng(1).fork(`ρ=${rho}`), rho, 100_000));
    expect(Math.abs(tau - exactTauInt(rho))).toBeLessThan(4 * error);
    expect(error / exactTauInt(rho)).toBeLessThan(0.12);
  });

  it("has an error that covers the exact value in about two thirds of 200 chains", () => {
    const rho = 0.7;
    const pulls = Array.from({ length: 200 }, (_, k) => {
      const { tauInt: tau, error } = tauInt(autoregressive(makeRng(2).fork(`chain ${k}`), rho, 5_000));
      return Math.abs(tau - exactTauInt(rho)) / error;
    });
    // binomial with p = .68: .68 ± .033; the bounds lie beyond four standard deviations
    const covered = pulls.filter((pull) => pull < 1).length / pulls.length;
    expect(covered).toBeGreaterThan(0.54);
    expect(covered).toBeLessThan(0.82);
  });

  it("agrees with the Γ-method written out with all lags at hand", () => {
    const series = autoregressive(makeRng(3), 0.6, 800);
    const n = series.length;
    const centre = series.reduce((sum, a) => sum + a, 0) / n;
    const gamma: number[] = [];
    for (let t = 0; t < n; t++) {
      let sum = 0;
      for (let i = 0; i + t < n; i++) sum += (series[i] - centre) * (series[i + t] - centre);
      gamma.push(sum / (n - t));
    }
    // Wolff 2004: τ_int(W) without bias correction decides W, Eq. (52) with S = 1.5
    const truncated = (window: number, g: readonly number[]): number => {
      let tau = 0.5;
      for (let t = 1; t <= window; t++) tau += g[t] / g[0];
      return tau;
    };
    const criterion = (window: number): number => {
      const twice = 2 * truncated(window, gamma);
      const tau = 1.5 / Math.log((twice + 1) / (twice - 1));
      return Math.exp(-window / tau) - tau / Math.sqrt(window * n);
    };
    let window = 1;
    while (criterion(window) >= 0) window++;
    const bias = (2 * truncated(window, gamma) * gamma[0]) / n; // C(W) / N
    const expected = truncated(window, gamma.map((g) => g + bias));
    const result = tauInt(series);
    expect(result.window).toBe(window);
    expect(result.tauInt).toBeCloseTo(expected, 10);
    expect(result.error).toBeCloseTo(expected * 2 * Math.sqrt((window - expected + 0.5) / n), 10);
  });

  it("counts a constant series as independent and copes with an alternating one", () => {
    expect(tauInt(new Float64Array(50).fill(0.1))).toEqual({ tauInt: 0.5, error: 0, window: 0 });
    const alternating = tauInt(Float64Array.from({ length: 50 }, (_, i) => (-1) ** i));
    expect(alternating.tauInt).toBeLessThan(0.5);
    expect(Number.isFinite(alternating.error)).toBe(true);
  });

  it("refuses one sample and NaN", () => {
    expect(() => tauInt([1])).toThrow("needs at least 2 samples, got 1");
    expect(() => tauInt([1, NaN, 2])).toThrow("entry 1 is NaN");
  });
});

import fc from "fast-check";
import { makeRng, mean, tauInt } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { autoregressive, exactTauInt } from "../support/autoregressive.js";
import { wolffTauInt } from "../support/wolffTauInt.js";

describe("tauInt", () => {
  it.each([0, 0.5, 0.8, 0.95])(
    "finds (1 + ρ) / 2(1 − ρ) for the autoregressive chain with ρ = %d",
    (rho) => {
      // four error bars: false-alarm rate below 1e-3 for errors that are a bit too small, fixed
      // seed
      const { tauInt: tau, error } = tauInt(
        autoregressive(makeRng(1).fork(`ρ=${rho}`), rho, 100_000),
      );
      expect(Math.abs(tau - exactTauInt(rho))).toBeLessThan(4 * error);
      expect(error / exactTauInt(rho)).toBeLessThan(0.12);
    },
  );

  it("has an error that covers the exact value in about two thirds of 200 chains", () => {
    const rho = 0.7;
    const pulls = Array.from({ length: 200 }, (_, k) => {
      const { tauInt: tau, error } = tauInt(
        autoregressive(makeRng(2).fork(`chain ${k}`), rho, 5_000),
      );
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
    const expected = truncated(
      window,
      gamma.map((g) => g + bias),
    );
    const result = tauInt(series);
    expect(result.window).toBe(window);
    expect(result.tauInt).toBeCloseTo(expected, 10);
    expect(result.error).toBeCloseTo(expected * 2 * Math.sqrt((window - expected + 0.5) / n), 10);
  });

  it("is that of the naive twin to the last bit for positively correlated series of 50 τ_int and more", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0.05, max: 0.97, noNaN: true }),
        fc.integer({ min: 50, max: 150 }),
        (seed, rho, times) => {
          const series = autoregressive(
            makeRng(seed, "twin"),
            rho,
            Math.max(100, Math.ceil(times * exactTauInt(rho))),
          );
          const { warnings, ...found } = tauInt(series);
          expect(warnings.every((text) => /^short|^memory/.test(text))).toBe(true);
          expect(found).toEqual(wolffTauInt(series));
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  it.each([-0.2, -0.5, -0.9, -0.98])(
    "is right for anticorrelated series, ρ = %d: (1 + ρ) / 2(1 − ρ), with its error, and no warning",
    (rho) => {
      // the error is that of the variances, correct to a few per cent; fixed seeds, false alarm
      // 6e-5 for one series
      const {
        tauInt: tau,
        error,
        warnings,
      } = tauInt(autoregressive(makeRng(7).fork(`ρ=${rho}`), rho, 10_000));
      expect(Math.abs(tau - exactTauInt(rho))).toBeLessThan(4 * error);
      expect(error / exactTauInt(rho)).toBeLessThan(0.13);
      expect(warnings).toEqual([]);
      // 300 shorter ones: covered in .68 ± .027, four standard deviations and 4 % for skewness
      const covered = Array.from({ length: 300 }, (_, k) => {
        const short = tauInt(autoregressive(makeRng(8).fork(`ρ=${rho}, ${k}`), rho, 1_000));
        return Math.abs(short.tauInt - exactTauInt(rho)) < short.error ? 1 : 0;
      });
      expect(Math.abs(mean(covered) - 0.68)).toBeLessThan(0.15);
    },
  );

  it("says of series shorter than 50 τ_int that they are, of those of 200 it does not", () => {
    // flagged: 99.6 % at 20 τ_int, 96 % at 30, 73 % at 50, 7 % at 100, none of 2000 at 200
    const flagged = (times: number): number =>
      Array.from({ length: 100 }, (_, k) => {
        const series = autoregressive(makeRng(9).fork(`${times}/${k}`), 9 / 11, 5 * times);
        return tauInt(series).warnings.some((text) => text.startsWith("short: ")) ? 1 : 0;
      }).reduce((a: number, b) => a + b, 0);
    expect(flagged(20)).toBeGreaterThanOrEqual(97);
    expect(flagged(30)).toBeGreaterThanOrEqual(88);
    expect(flagged(200)).toBeLessThanOrEqual(1);
    expect(tauInt(autoregressive(makeRng(10), 0, 20)).warnings[0]).toMatch(
      /^short: 20 samples are fewer than 50 times the memory/,
    );
  });

  it("says where correlations go on behind the window: oscillations and slow modes of small amplitude", () => {
    const rng = makeRng(11, "behind the window");
    const oscillating = (period: number): Float64Array => {
      const x = new Float64Array(1_200);
      for (let t = 2; t < x.length; t++)
        x[t] = 1.9 * Math.cos((2 * Math.PI) / period) * x[t - 1] - 0.9025 * x[t - 2] + rng.normal();
      return x.subarray(200);
    };
    for (const period of [3, 4, 8, 20])
      expect(tauInt(oscillating(period)).warnings.join()).toMatch(
        /^memory behind the window: .* as of an oscillation/,
      );
    // τ_int ½ + 4, window of 10 or so
    const slow = autoregressive(rng, 0.98, 10_000).map((x) => 0.3 * x + rng.normal());
    expect(tauInt(slow).warnings.join()).toMatch(
      /^memory behind the window: .* as of a slow mode: τ_int is too small/,
    );
    // healthy series: measured 1 in 1000
    const healthy = Array.from({ length: 300 }, (_, k) => {
      const series = autoregressive(
        makeRng(12).fork(`${k}`),
        [-0.9, -0.3, 0, 0.5, 0.8, 0.9][k % 6],
        2_000,
      );
      return tauInt(series).warnings.filter((text) => text.startsWith("memory")).length;
    });
    expect(healthy.reduce((a, b) => a + b)).toBeLessThanOrEqual(3);
  });

  it("counts a constant series as independent and an alternating one as summing to nothing", () => {
    expect(tauInt(new Float64Array(50).fill(0.1))).toEqual({
      tauInt: 0.5,
      error: 0,
      window: 0,
      warnings: [
        "constant: all 50 samples are equal, so that τ_int = ½ and an error of 0 say nothing. If the chain stands still, look at its acceptance.",
      ],
    });
    const alternating = tauInt(Float64Array.from({ length: 50 }, (_, i) => (-1) ** i));
    expect(Math.abs(alternating.tauInt)).toBeLessThan(1e-3);
    expect(alternating.error).toBeLessThan(1e-3);
  });

  it("refuses one sample and NaN", () => {
    expect(() => tauInt([1])).toThrow("needs at least 2 samples, got 1");
    expect(() => tauInt([1, NaN, 2])).toThrow("entry 1 is NaN");
  });
});

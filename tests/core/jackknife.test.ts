import fc from "fast-check";
import { jackknife, makeRng, mean, variance } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { autoregressive, exactTauInt } from "../support/autoregressive.js";

describe("jackknife", () => {
  it("of a mean with blocks of one is the standard error, exactly", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 }), (x) => {
        const estimate = jackknife(x, { blockSize: 1 });
        expect(estimate.mean).toBe(mean(x));
        expect(estimate.n).toBe(x.length);
        const standardError = Math.sqrt(variance(x) / x.length);
        expect(Math.abs(estimate.error - standardError)).toBeLessThanOrEqual(1e-11 * standardError + 1e-9);
      }),
      { seed: 1 },
    );
  });

  it("of a mean with equal blocks is the standard error of the block means", () => {
    const x = autoregressive(makeRng(2), 0.5, 120);
    const blockMeans = Array.from({ length: 12 }, (_, b) => mean(x.subarray(10 * b, 10 * b + 10)));
    expect(jackknife(x, { blockSize: 10 }).error).toBeCloseTo(Math.sqrt(variance(blockMeans) / 12), 13);
  });

  it("gives the mean the same error whether it is built in or passed as a statistic, with uneven blocks too", () => {
    const x = autoregressive(makeRng(3), 0.5, 103);
    for (const blockSize of [1, 4, 10, 51]) {
      const [builtIn, passed] = [jackknife(x, { blockSize }), jackknife(x, { blockSize, statistic: mean })];
      expect(builtIn.error).toBeCloseTo(passed.error, 13);
      expect(builtIn.mean).toBe(passed.mean);
    }
  });

  it("propagates through a function as its derivative does: σ(m²) = 2|m| σ(m)", () => {
    const rng = makeRng(4);
    const x = Float64Array.from({ length: 4_000 }, () => 3 + rng.normal());
    const square = jackknife(x, { blockSize: 1, statistic: (kept) => mean(kept) ** 2 });
    expect(square.mean).toBeCloseTo(mean(x) ** 2, 12);
    expect(square.error / (2 * Math.abs(mean(x)) * jackknife(x, { blockSize: 1 }).error)).toBeCloseTo(1, 3);
  });

  it("chooses blocks that carry the correlations: σ² = 2 τ_int s² / n for an autoregressive chain", () => {
    const rho = 0.9;
    const n = 200_000;
    const chain = autoregressive(makeRng(5), rho, n);
    const exact = Math.sqrt((2 * exactTauInt(rho)) / n);
    const { error, tauInt } = jackknife(chain);
    // B = cbrt(2 n τ²) ≈ 330: 600 blocks, so the error is known to 3 %; four of these, and the bias τ/2B of 1.4 %
    expect(Math.abs(error / exact - 1)).toBeLessThan(0.14);
    expect(Math.abs(tauInt / exactTauInt(rho) - 1)).toBeLessThan(0.15);
    expect(jackknife(chain, { blockSize: 1 }).error / exact).toBeLessThan(0.3);
  });

  it("covers the exact mean in about two thirds of 200 correlated chains", () => {
    const covered = Array.from({ length: 200 }, (_, k) => {
      const { mean: value, error } = jackknife(autoregressive(makeRng(6).fork(`chain ${k}`), 0.8, 4_000));
      return Math.abs(value) < error ? 1 : 0;
    });
    // binomial with p = .68, four standard deviations of .033
    expect(Math.abs(mean(covered) - 0.68)).toBeLessThan(0.14);
  });

  it("gives a constant chain no error", () => {
    expect(jackknife([2, 2, 2, 2])).toEqual({ mean: 2, error: 0, tauInt: 0.5, n: 4 });
  });

  it("refuses too few samples, blocks of no use, and a statistic that fails", () => {
    expect(() => jackknife([1])).toThrow("at least 2 samples, got 1");
    expect(() => jackknife([1, 2, 3], { blockSize: 2 })).toThrow("the block size is 2; it must be a whole number from 1 to half of the 3 samples");
    expect(() => jackknife([1, 2, NaN])).toThrow("entry 2 is NaN");
    expect(() => jackknife([1, 2, 3], { statistic: () => NaN })).toThrow(/the statistic without block: entry 0 is NaN/);
  });
});

import fc from "fast-check";
import { jackknife, jackknifeMeans, makeRng, mean, tauInt, tensor, variance } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { autoregressive, exactTauInt } from "../support/autoregressive.js";
import { coverage, type Attempt } from "../support/coverage.js";

describe("jackknife", () => {
  it("of a mean with blocks of one is the standard error, exactly", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 }),
        (x) => {
          const estimate = jackknife(x, { blockSize: 1 });
          expect(estimate.mean).toBe(mean(x));
          expect(estimate.n).toBe(x.length);
          const standardError = Math.sqrt(variance(x) / x.length);
          expect(Math.abs(estimate.error - standardError)).toBeLessThanOrEqual(
            1e-11 * standardError + 1e-9,
          );
        },
      ),
      { seed: 1 },
    );
  });

  it("of a mean with equal blocks is the standard error of the block means", () => {
    const x = autoregressive(makeRng(2), 0.5, 120);
    const blockMeans = Array.from({ length: 12 }, (_, b) => mean(x.subarray(10 * b, 10 * b + 10)));
    expect(jackknife(x, { blockSize: 10 }).error).toBeCloseTo(
      Math.sqrt(variance(blockMeans) / 12),
      13,
    );
  });

  it("gives the mean the same error whether it is built in or passed as a statistic, with uneven blocks too", () => {
    const x = autoregressive(makeRng(3), 0.5, 103);
    for (const blockSize of [1, 4, 10, 51]) {
      const [builtIn, passed] = [
        jackknife(x, { blockSize }),
        jackknife(x, { blockSize, statistic: mean }),
      ];
      expect(builtIn.error).toBeCloseTo(passed.error, 13);
      expect(builtIn.mean).toBe(passed.mean);
    }
  });

  it("propagates through a function as its derivative does: σ(m²) = 2|m| σ(m)", () => {
    const rng = makeRng(4);
    const x = Float64Array.from({ length: 4_000 }, () => 3 + rng.normal());
    const square = jackknife(x, { blockSize: 1, statistic: (kept) => mean(kept) ** 2 });
    expect(square.mean).toBeCloseTo(mean(x) ** 2, 12);
    expect(
      square.error / (2 * Math.abs(mean(x)) * jackknife(x, { blockSize: 1 }).error),
    ).toBeCloseTo(1, 3);
  });

  it("carries the correlations: σ² = 2 τ_int s² / n for an autoregressive chain", () => {
    const rho = 0.9;
    const n = 200_000;
    const chain = autoregressive(makeRng(5), rho, n);
    const exact = Math.sqrt((2 * exactTauInt(rho)) / n);
    const { error, tauInt: tau } = jackknife(chain);
    // σ² is known to √(4 · 60 / n) = 3.5 %, and its scatter from 20 blocks adds 2 % to the error;
    // four of both
    expect(Math.abs(error / exact - 1)).toBeLessThan(0.11);
    expect(tau).toBe(tauInt(chain).tauInt);
    expect(jackknife(chain, { blockSize: 1 }).error / exact).toBeLessThan(0.3);
  });

  it("gives the mean the same error whether it is built in, passed as a statistic or a column of means", () => {
    for (const n of [30, 103, 400, 3_000]) {
      const x = autoregressive(makeRng(6), 0.7, n).map((value) => 100 + value);
      const [builtIn, passed, column] = [
        jackknife(x),
        jackknife(x, { statistic: mean }),
        jackknifeMeans(tensor([n, 1], x), ([m]) => [m])[0],
      ];
      for (const other of [passed, column]) {
        expect(other.mean).toBe(builtIn.mean);
        // above 512 samples a statistic loses stretches of them, and τ_int is told from a variance
        // known to 6 %
        const exact = other === column || n <= 512;
        expect(Math.abs(other.error / builtIn.error - 1)).toBeLessThan(exact ? 1e-8 : 0.1);
        expect(Math.abs(other.tauInt / builtIn.tauInt - 1)).toBeLessThan(exact ? 1e-8 : 0.25);
      }
    }
  });

  it("takes τ_int of the statistic: an x that changes its sign at random says nothing of |x| that moves slowly", () => {
    const attempt = (k: number, n: number): { x: Float64Array; size: Float64Array } => {
      const rng = makeRng(7, `sign ${k}`);
      const size = autoregressive(rng.fork("size"), 7.5 / 8.5, n).map((value) => 5 + value);
      return { x: size.map((value) => (rng.uniform() < 0.5 ? -value : value)), size };
    };
    const { x, size } = attempt(0, 4_000);
    const statistic = (kept: Float64Array): number => {
      let sum = 0;
      for (let i = 0; i < kept.length; i++) sum += Math.abs(kept[i]);
      return sum / kept.length;
    };
    const ofModulus = jackknife(x, { statistic });
    expect(Math.abs(ofModulus.error / jackknife(size).error - 1)).toBeLessThan(0.1);
    expect(ofModulus.tauInt).toBeGreaterThan(5);
    expect(jackknife(x).tauInt).toBeLessThan(1);
    // before, the error was that of independent samples, 4 times too small
    const covered = coverage(200, (k) => ({
      estimate: jackknife(attempt(k, 800).x, { statistic }),
      exact: 5,
    }));
    // binomial, four standard deviations of .033
    expect(Math.abs(covered - 0.68)).toBeLessThan(0.14);
  });

  it("is short by the square root of 1 − τ_int/B with blocks of B, and not without", () => {
    // AR(1): Var of means of blocks falls short by τ_exp/B nearly; 400 chains know the mean error
    // to 1 %
    const [rho, n, size] = [9 / 11, 2_000, 20];
    const exact = Math.sqrt((2 * exactTauInt(rho)) / n);
    const ratio = (blockSize?: number): number =>
      mean(
        Array.from(
          { length: 400 },
          (_, k) => jackknife(autoregressive(makeRng(8, `${k}`), rho, n), { blockSize }).error,
        ),
      ) / exact;
    expect(Math.abs(ratio(size) - Math.sqrt(1 - exactTauInt(rho) / size))).toBeLessThan(0.03);
    expect(Math.abs(ratio() - 1.01)).toBeLessThan(0.05);
  });

  it("counts an anticorrelation that is one, and none that chance makes", () => {
    const [rho, n] = [-0.9, 1_000];
    const attempt = (k: number): Attempt => ({
      estimate: jackknife(autoregressive(makeRng(9, `${k}`), rho, n)),
      exact: 0,
    });
    // binomial, four standard deviations of .027
    expect(Math.abs(coverage(300, attempt) - 0.69)).toBeLessThan(0.11);
    const errors = Array.from(
      { length: 200 },
      (_, k) => jackknife(autoregressive(makeRng(10, `${k}`), 0, 50)).error * Math.sqrt(50),
    );
    expect(Math.min(...errors)).toBeGreaterThan(0.6);
  });

  it("says what makes an error doubtful: short chains, tails, curvature, bias", () => {
    const said = (x: Float64Array, statistic?: (kept: Float64Array) => number): string =>
      (jackknife(x, { statistic }).warnings ?? []).join();
    expect(said(autoregressive(makeRng(11), 0.9, 300))).toMatch(
      /^short: 300 samples are fewer than 50 times the memory/,
    );
    const rare = new Float64Array(400);
    rare[77] = 1;
    expect(said(rare)).toMatch(/uncertain: the error rests on a few samples/);
    const rng = makeRng(12, "curved");
    const normal = Float64Array.from({ length: 400 }, () => rng.normal());
    expect(said(normal)).toBe("");
    const centred = normal.map((value) => value - mean(normal) + 1e-3);
    expect(said(centred, (kept) => mean(kept) ** 2)).toMatch(
      /curved: leaving out a twentieth .*biased: by 0.00\d+ to judge from/s,
    );
  });

  it("gives a constant chain no error, and says that this says nothing", () => {
    expect(jackknife([2, 2, 2, 2])).toEqual({
      mean: 2,
      error: 0,
      tauInt: 0.5,
      n: 4,
      warnings: [expect.stringMatching(/^constant: all 4 samples are equal/)],
    });
  });

  it("refuses too few samples, blocks of no use, and a statistic that fails", () => {
    expect(() => jackknife([1])).toThrow("at least 2 samples, got 1");
    expect(() => jackknife([1, 2, 3], { blockSize: 2 })).toThrow(
      "the block size is 2; it must be a whole number from 1 to half of the 3 samples",
    );
    expect(() => jackknife([1, 2, NaN])).toThrow("entry 2 is NaN");
    expect(() => jackknife([1, 2, 3], { statistic: () => NaN })).toThrow(
      /the statistic without block: entry 0 is NaN/,
    );
  });
});

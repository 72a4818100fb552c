import { readFileSync } from "node:fs";
import {
  ConfigError,
  jackknife,
  jackknifeMeans,
  makeRng,
  tensor,
  type Estimate,
  type Tensor,
} from "phaselens/core";
import { describe, expect, it } from "vitest";
import { autoregressive } from "../support/autoregressive.js";
import { beside, coverage, type Attempt } from "../support/coverage.js";

describe("jackknifeMeans", () => {
  const rng = makeRng(3, "jackknife means");
  const n = 400;
  const samples = tensor([n, 2]);
  let slow = 0;
  for (let i = 0; i < n; i++) {
    slow = 0.8 * slow + rng.normal();
    samples.data.set([5 + slow, 2 + 0.5 * slow + 0.3 * rng.normal()], 2 * i);
  }
  const column = (k: number) => Float64Array.from({ length: n }, (_, i) => samples.data[2 * i + k]);

  it("is the jackknife of each column where nothing is computed from them", () => {
    const both = jackknifeMeans(samples, undefined, { blockSize: 10 });
    for (const k of [0, 1]) {
      const alone = jackknife(column(k), { blockSize: 10 });
      expect(both[k].mean).toBeCloseTo(alone.mean, 12);
      expect(both[k].error).toBeCloseTo(alone.error, 12);
    }
  });

  it("knows that what two columns share cancels in their ratio: the delta method with all covariances gives the same error", () => {
    const [ratio] = jackknifeMeans(samples, ([a, b]) => [b / a], { blockSize: 10 });
    const [a, b] = [column(0), column(1)];
    const [meanA, meanB] = [a, b].map((values) => values.reduce((x, y) => x + y) / n);
    // linearised: b/a ≈ const + b/ā − a b̄/ā²
    const linear = jackknife(
      b.map((value, i) => value / meanA - (a[i] * meanB) / meanA ** 2),
      { blockSize: 10 },
    );
    expect(ratio.error / linear.error).toBeGreaterThan(0.97);
    expect(ratio.error / linear.error).toBeLessThan(1.03);
    expect(ratio.error).toBeLessThan(
      0.5 *
        Math.hypot(
          jackknife(b, { blockSize: 10 }).error / meanA,
          (jackknife(a, { blockSize: 10 }).error * meanB) / meanA ** 2,
        ),
    );
  });

  it("takes τ_int of the result: a difference of columns that share a fast part is slow, one of columns that share a slow part is fast", () => {
    const attempt = (
      k: number,
      count: number,
    ): { mixed: Tensor; slow: Float64Array; fast: Float64Array } => {
      const stream = makeRng(4, `difference ${k}`);
      const slow = autoregressive(stream.fork("slow"), 19.5 / 20.5, count);
      const fast = autoregressive(stream.fork("fast"), 0, count).map((value) => 10 * value);
      return {
        mixed: beside(
          fast.map((value, i) => value + slow[i]),
          fast,
          slow,
        ),
        slow,
        fast,
      };
    };
    const { mixed, slow, fast } = attempt(0, 4_000);
    const [isSlow, isFast] = jackknifeMeans(mixed, ([both, f, s]) => [both - f, both - s]);
    expect(isSlow.error / jackknife(slow).error).toBeCloseTo(1, 8);
    expect(isSlow.tauInt).toBeCloseTo(jackknife(slow).tauInt, 8);
    expect(isFast.error / jackknife(fast).error).toBeCloseTo(1, 8);
    // before, blocks were as long as single columns ask for, and this error 6 times too small
    const covered = coverage(200, (k) => ({
      estimate: jackknifeMeans(attempt(k, 2_000).mixed, ([both, f]) => [both - f])[0],
      exact: 0,
    }));
    // binomial, four standard deviations of .033
    expect(Math.abs(covered - 0.68)).toBeLessThan(0.14);
  });

  it("takes τ_int of a ratio ⟨Ow⟩/⟨w⟩, which is slower than Ow and w", () => {
    const attempt = (k: number): Attempt => {
      const stream = makeRng(5, `reweighting ${k}`);
      const slow = autoregressive(stream.fork("slow"), 19.5 / 20.5, 2_000);
      // independent of O, so that ⟨Ow⟩/⟨w⟩ = ⟨O⟩
      const weight = slow.map(() => Math.exp(0.7 * stream.normal()));
      const table = beside(
        slow.map((value, i) => (8 + value) * weight[i]),
        weight,
      );
      return { estimate: jackknifeMeans(table, ([ow, w]) => [ow / w])[0], exact: 8 };
    };
    expect(Math.abs(coverage(200, attempt) - 0.68)).toBeLessThan(0.14);
    expect(attempt(0).estimate.tauInt).toBeGreaterThan(5);
  });

  it("is linear error propagation with the Γ-method, as pyerrors does it, up to the terms for short chains", () => {
    // made by fixtures/linearisedErrors.py, which makes the same chain
    const chain = (seed: number, rho: number): Float64Array => {
      let [state, x] = [seed, 0];
      return Float64Array.from({ length: 20_200 }, () => {
        let u = -2;
        for (let k = 0; k < 4; k++) u += (state = (16807 * state) % 2147483647) / 2147483647;
        return (x = rho * x + u);
      }).subarray(200);
    };
    const peer = JSON.parse(
      readFileSync(new URL("./fixtures/linearisedErrors.json", import.meta.url), "utf8"),
    ) as Record<string, Estimate>;
    const [slow, fast] = [chain(1, 0.9), chain(2, 0.5)];
    const columns = beside(
      slow.map((value, i) => 1 + value + fast[i]),
      slow.map((value) => 2 + value),
    );
    const powers = (...exponents: number[]): Tensor =>
      beside(...exponents.map((exponent) => slow.map((value) => value ** exponent)));
    const own: Record<string, Estimate> = {
      difference: jackknifeMeans(columns, ([p, q]) => [p - q])[0],
      ratio: jackknifeMeans(columns, ([p, q]) => [p / q])[0],
      binder: jackknifeMeans(powers(2, 4), ([p, q]) => [1 - q / (3 * p * p)])[0],
      variance: jackknifeMeans(powers(1, 2), ([p, q]) => [q - p * p])[0],
    };
    for (const [name, { mean, error, tauInt }] of Object.entries(peer)) {
      expect(own[name].mean, name).toBeCloseTo(mean, 9);
      expect(Math.abs(own[name].tauInt / tauInt - 1), name).toBeLessThan(2e-3);
      // tails are told from 20 blocks, which adds −2 to 8 %
      expect(own[name].error / error, name).toBeGreaterThan(0.96);
      expect(own[name].error / error, name).toBeLessThan(1.1);
    }
  });

  it("refuses a single sample and blocks of more than half", () => {
    expect(() => jackknifeMeans(tensor([1, 2]))).toThrow(ConfigError);
    expect(() => jackknifeMeans(samples, undefined, { blockSize: 300 })).toThrow(
      "from 1 to half of the 400",
    );
  });
});

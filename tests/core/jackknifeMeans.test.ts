import { ConfigError, jackknife, jackknifeMeans, makeRng, tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";

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
    const linear = jackknife(b.map((value, i) => value / meanA - (a[i] * meanB) / meanA ** 2), { blockSize: 10 });
    expect(ratio.error / linear.error).toBeGreaterThan(0.97);
    expect(ratio.error / linear.error).toBeLessThan(1.03);
    expect(ratio.error).toBeLessThan(0.5 * Math.hypot(jackknife(b, { blockSize: 10 }).error / meanA, (jackknife(a, { blockSize: 10 }).error * meanB) / meanA ** 2));
  });

  it("takes blocks long enough for the slowest column", () => {
    const mixed = tensor([n, 2]);
    for (let i = 0; i < n; i++) mixed.data.set([rng.normal(), samples.data[2 * i]], 2 * i);
    const [, chain] = jackknifeMeans(mixed);
    expect(chain.error).toBeGreaterThan(1.5 * jackknife(column(0), { blockSize: 1 }).error);
  });

  it("refuses a single sample and blocks of more than half", () => {
    expect(() => jackknifeMeans(tensor([1, 2]))).toThrow(ConfigError);
    expect(() => jackknifeMeans(samples, undefined, { blockSize: 300 })).toThrow("from 1 to half of the 400");
  });
});

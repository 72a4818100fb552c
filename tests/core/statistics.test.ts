import fc from "fast-check";
import {
  ConfigError,
  correlation,
  mean,
  median,
  NumericalError,
  ShapeError,
  spearman,
  variance,
} from "phaselens/core";
import { describe, expect, it } from "vitest";
import { ranks, quantile } from "phaselens/internal/core/statistics/statistics";

const numbers = (least: number) =>
  fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: least, maxLength: 40 });

describe("mean and variance", () => {
  it("give the values by hand for 2, 4, 4, 4, 5, 5, 7, 9", () => {
    expect(mean([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5);
    expect(variance([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(32 / 7, 14);
  });

  it("keep the variance of values far from zero", () => {
    expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
  });

  it("equal the definition over pairs, Σ (x_i − x_j)² / 2n(n − 1)", () => {
    fc.assert(
      fc.property(numbers(2), (x) => {
        let pairs = 0;
        for (const a of x) for (const b of x) pairs += (a - b) ** 2;
        expect(variance(x)).toBeCloseTo(pairs / (2 * x.length * (x.length - 1)), 5);
      }),
      { seed: 1 },
    );
  });

  it("say how many values they need", () => {
    expect(() => mean([])).toThrow("mean: needs at least 1 value, got 0.");
    expect(() => variance([1])).toThrow("variance: needs at least 2 values, got 1.");
  });
});

describe("quantile", () => {
  it("interpolates as R's type 7 and numpy do", () => {
    // numpy 2.4: numpy.quantile([1, 2, 3, 4], [0, .1, .25, .5, .9, 1])
    const expected = [1, 1.3, 1.75, 2.5, 3.7, 4];
    [0, 0.1, 0.25, 0.5, 0.9, 1].forEach((p, i) =>
      expect(quantile([3, 1, 4, 2], p)).toBeCloseTo(expected[i], 14),
    );
    expect(median([5, 1, 3])).toBe(3);
  });

  it("is exact at the order statistics and never decreases with p", () => {
    fc.assert(
      fc.property(
        numbers(2),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x, p, q) => {
          const sorted = [...x].sort((a, b) => a - b);
          sorted.forEach((value, k) =>
            expect(quantile(x, k / (x.length - 1))).toBeCloseTo(value, 9),
          );
          expect(quantile(x, Math.min(p, q))).toBeLessThanOrEqual(quantile(x, Math.max(p, q)));
        },
      ),
      { seed: 2 },
    );
  });

  it("leaves its argument in order and refuses NaN and p outside [0, 1]", () => {
    const x = [3, 1, 2];
    quantile(x, 0.5);
    expect(x).toEqual([3, 1, 2]);
    expect(() => quantile([1, NaN], 0.5)).toThrow(NumericalError);
    expect(() => quantile([1], 1.1)).toThrow(ConfigError);
  });
});

describe("correlation", () => {
  it("is that of Anscombe's first quartet", () => {
    // F. J. Anscombe, "Graphs in statistical analysis" (1973): r² = .667 in print, r =
    // .81642051634484 by numpy.corrcoef
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    expect(correlation(x, y)).toBeCloseTo(0.81642051634484, 13);
  });

  it("is ±1 for lines and unchanged by shift and scale", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (shift, scale) => {
          const x = [1, 5, 2, 8, 4];
          const y = [3, 1, 4, 1, 5];
          const line = x.map((value) => scale * value + shift);
          expect(correlation(x, line)).toBeCloseTo(1, 12);
          expect(
            correlation(
              line,
              x.map((value) => -value),
            ),
          ).toBeCloseTo(-1, 12);
          expect(correlation(line, y)).toBeCloseTo(correlation(x, y), 12);
        },
      ),
      { seed: 3 },
    );
  });

  it("refuses unpaired values and a constant side", () => {
    expect(() => correlation([1, 2], [1, 2, 3])).toThrow(ShapeError);
    expect(() => correlation([1, 2], [4, 4])).toThrow(/second argument is constant/);
    expect(() => correlation([1, NaN], [4, 5])).toThrow(/entry 1 is NaN/);
  });
});

describe("spearman", () => {
  it("averages the ranks of ties", () => {
    expect(Array.from(ranks([10, 20, 20, 5, 20]))).toEqual([2, 4, 4, 1, 4]);
    // by hand: ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4; Σ dx dy = 4.5, Σ dx² = 4.5, Σ dy² = 5
    expect(spearman([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(Math.sqrt(0.9), 14);
  });

  it("equals 1 − 6 Σ d² / n(n² − 1) without ties and does not change under a monotone map", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -99, max: 99 }), { minLength: 8, maxLength: 8 }),
        (y) => {
          const x = y.map((_, i) => i);
          const place = (value: number): number => y.filter((other) => other < value).length;
          const squares = y.reduce((sum, value, i) => sum + (i - place(value)) ** 2, 0);
          expect(spearman(x, y)).toBeCloseTo(1 - (6 * squares) / (8 * 63), 12);
          expect(
            spearman(
              x,
              y.map((value) => value ** 3),
            ),
          ).toBeCloseTo(spearman(x, y), 12);
        },
      ),
      { seed: 4 },
    );
  });
});

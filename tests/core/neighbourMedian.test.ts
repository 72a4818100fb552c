import { ConfigError, median, neighbourMedian, NumericalError } from "phaselens/core";
import { describe, expect, it } from "vitest";

describe("neighbourMedian", () => {
  it("is the median of the nearest others, the earlier first, one-sided at the ends", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const chosen = [
      [1, 2, 3],
      [0, 2, 3],
      [1, 3, 0],
      [2, 4, 1],
      [3, 5, 2],
      [4, 6, 3],
      [5, 7, 4],
      [6, 5, 4],
    ];
    const expected = chosen.map((places) => median(places.map((j) => values[j])));
    expect(Array.from(neighbourMedian(values, { count: 3 }))).toEqual(expected);
  });

  it("lies on a straight line where the neighbours are as many on both sides", () => {
    const line = Array.from({ length: 21 }, (_, i) => 2 * i - 7);
    neighbourMedian(line, { count: 4 }).forEach((value, i) => {
      if (i >= 2 && i <= 18) expect(value).toBe(line[i]);
    });
  });

  it("is not moved by the value itself: a lone outlier differs by its full height, its neighbours hardly", () => {
    const values = new Float64Array(41);
    values[20] = 100;
    const found = neighbourMedian(values);
    expect(values[20] - found[20]).toBe(100);
    expect(Math.max(...found)).toBe(0);
  });

  it("asks only those who may speak: of two interleaved branches each point hears its own, or the other", () => {
    const upper = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    const same = (allowed: boolean) =>
      neighbourMedian(upper, { count: 5, allowed: (i, j) => (upper[i] === upper[j]) === allowed });
    expect(Array.from(same(true))).toEqual(upper);
    expect(Array.from(same(false))).toEqual(upper.map((u) => 1 - u));
  });

  it("takes fewer neighbours where fewer are allowed, and names the value that has none", () => {
    expect(Array.from(neighbourMedian([1, 5], { count: 20 }))).toEqual([5, 1]);
    expect(() => neighbourMedian([1, 2, 3], { allowed: (i) => i !== 1 })).toThrow(
      "value 1 has no neighbour",
    );
    expect(() => neighbourMedian([1])).toThrow(ConfigError);
    expect(() => neighbourMedian([1, 2], { count: 0 })).toThrow(ConfigError);
    expect(() => neighbourMedian([1, NaN])).toThrow(NumericalError);
  });
});

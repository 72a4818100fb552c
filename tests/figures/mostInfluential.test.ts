import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { NumericalError } from "phaselens/core";

describe("the most influential points", () => {
  it("are the largest and the smallest values, strongest first, ties in order", () => {
    expect(figures.mostInfluential([0.1, 3, -2, 3, 0, -5], 2)).toEqual({
      helpful: [1, 3],
      harmful: [5, 2],
    });
  });

  it("leave nobody outside who would rank higher", () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 8 }), (list, count) => {
        const { helpful, harmful } = figures.mostInfluential(list, count);
        expect(helpful).toHaveLength(Math.min(count, list.length));
        list.forEach((value, n) => {
          if (!helpful.includes(n))
            for (const chosen of helpful) expect(list[chosen]).toBeGreaterThanOrEqual(value);
          if (!harmful.includes(n))
            for (const chosen of harmful) expect(list[chosen]).toBeLessThanOrEqual(value);
        });
      }),
    );
  });

  it("are not chosen among NaN", () => {
    expect(() => figures.mostInfluential([1, NaN])).toThrow(NumericalError);
  });
});

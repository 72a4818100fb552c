import fc from "fast-check";
import { auc, ConfigError, NumericalError, ShapeError } from "phaselens/core";
import { describe, expect, it } from "vitest";

/** The definition: wins of positive over negative samples, pair by pair. */
function byPairs(scores: number[], positive: boolean[]): number {
  let [won, pairs] = [0, 0];
  scores.forEach((p, i) =>
    scores.forEach((q, j) => {
      if (!positive[i] || positive[j]) return;
      pairs++;
      won += p > q ? 1 : p === q ? 0.5 : 0;
    }),
  );
  return won / pairs;
}

describe("auc", () => {
  it("counts the pairs in which the positive sample scores higher, ties as half", () => {
    // few values: many ties
    const sample = fc.record({ score: fc.integer({ min: -3, max: 3 }), positive: fc.boolean() });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 2, maxLength: 30 }), (rest) => {
        const samples = [{ score: 0, positive: true }, { score: 1, positive: false }, ...rest];
        const [scores, positive] = [samples.map((s) => s.score), samples.map((s) => s.positive)];
        expect(auc(scores, positive)).toBeCloseTo(byPairs(scores, positive), 12);
      }),
      { seed: 1 },
    );
  });

  it("is 1 where every positive sample scores above every negative one, 0 the other way round, and ½ for a constant score", () => {
    expect(auc([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
    expect(auc([1, 2, 3, 4], [1, 1, 0, 0])).toBe(0);
    expect(auc([5, 5, 5], [true, false, true])).toBe(0.5);
  });

  it("refuses samples of one kind only, unequal lengths and NaN", () => {
    expect(() => auc([1, 2], [true, true])).toThrow(ConfigError);
    expect(() => auc([1, 2], [true])).toThrow(ShapeError);
    expect(() => auc([1, NaN], [true, false])).toThrow(NumericalError);
  });
});

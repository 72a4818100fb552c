import { describe, expect, it } from "vitest";
import { divide, reciprocals, scale, stabilised } from "phaselens/internal/lrp/rules/divide";

const nothingLost = (): { relevance: Float64Array; count: number } => ({
  relevance: new Float64Array(2),
  count: 0,
});

describe("relevance over denominators", () => {
  it("adds ε away from zero, and to zero itself", () => {
    expect([2, 0, -2].map((z) => stabilised(z, 0.5))).toEqual([2.5, 0.5, -2.5]);
  });

  it("what stands over a zero is entered as lost, by sample, with the rule's share", () => {
    const z = Float64Array.of(2, 0, -4, 0, 0, 8);
    const relevance = Float64Array.of(1, 3, 2, 0, 5, 4);
    const s = new Float64Array(6).fill(NaN);
    const lost = nothingLost();
    divide(relevance, z, undefined, 0, 0.5, undefined, 1, s, 2, 3, lost);
    expect(Array.from(s)).toEqual([0.5, 0, -0.5, 0, 0, 0.5]);
    // 3 of the first sample and 5 of the second; no relevance, nothing to lose
    expect(lost).toEqual({ relevance: Float64Array.of(1.5, 2.5), count: 2 });
  });

  it("has an ε for each sample, and a fixed part in each denominator", () => {
    const s = new Float64Array(4);
    const lost = nothingLost();
    const [z, fixed] = [Float64Array.of(1, -3, 1, -3), Float64Array.of(1, 1)];
    divide(
      new Float64Array(4).fill(6),
      z,
      fixed,
      Float64Array.of(1, 4),
      1,
      undefined,
      1,
      s,
      2,
      2,
      lost,
    );
    expect(Array.from(s)).toEqual([2, -2, 1, -1]);
    expect(lost.count).toBe(0);
  });

  it.each([
    [1, [2, 0, 0], [5, 1]],
    [-1, [0, 3, 0], [0, 0]],
  ] as const)(
    "passes a gate of sign %d only; at a gate of zero the positive side loses what came",
    (sign, passed, [gone, count]) => {
      const s = new Float64Array(3);
      const lost = nothingLost();
      const gate = Float64Array.of(1, -1, 0);
      divide(
        Float64Array.of(2, 3, 5),
        new Float64Array(3).fill(1),
        undefined,
        0,
        1,
        gate,
        sign,
        s,
        1,
        3,
        lost,
      );
      expect(Array.from(s)).toEqual(passed);
      expect([lost.relevance[0], lost.count]).toEqual([gone, count]);
    },
  );

  it("is the same by reciprocals, where no denominator depends on the data", () => {
    const inverse = reciprocals(Float64Array.of(1, 0, -3), 0);
    expect(Array.from(inverse)).toEqual([1, 0, -1 / 3]);
    const s = new Float64Array(6);
    const lost = nothingLost();
    scale(Float64Array.of(1, 2, 3, 4, 0, 6), inverse, 0.25, s, 2, 3, lost);
    expect(Array.from(s)).toEqual([1, 0, -1, 4, 0, -2]);
    expect(lost).toEqual({ relevance: Float64Array.of(0.5, 0), count: 1 });
  });
});

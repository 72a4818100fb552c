import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { below, threshold32 } from "phaselens/internal/forest/ensemble/thresholds";

const LARGEST = 3.4028234663852886e38;

/** Neighbours of a double, on the lattice of doubles and on that of floats. */
function around(t: number): number[] {
  const own = Math.fround(t);
  const step = Math.max(Math.abs(own) * 2 ** -23, 2 ** -149);
  const middles = [-1, -0.5, -0.25, 0, 0.25, 0.5, 1].map((part) => own + part * step);
  return middles.flatMap((x) => [x, below(x), -below(-x)]).filter(Number.isFinite);
}

describe("a threshold of single precision", () => {
  it("decides in doubles as the comparison of rounded numbers does, at every neighbour", () => {
    const values = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, min: -1e39, max: 1e39 }),
      fc.constantFrom(0, -0, 1, -1, LARGEST, -LARGEST, 2 ** -149, -(2 ** -149), 2 ** -126),
    );
    fc.assert(
      fc.property(values, fc.double(), (t, other) => {
        for (const x of [...around(t), other, Infinity, -Infinity, 0, -0]) {
          expect(x <= threshold32(t, "≤")).toBe(Math.fround(x) <= Math.fround(t));
          expect(x <= threshold32(t, "<")).toBe(Math.fround(x) < Math.fround(t));
        }
      }),
      { seed: 19, numRuns: 400 },
    );
  });

  it("below a number there is no double between it and the number", () => {
    for (const t of [1, -1, 0, 2 ** -1074, 1e308, -1e-300, 3]) {
      expect(below(t)).toBeLessThan(t);
      const middle = below(t) / 2 + t / 2;
      expect(middle <= below(t) || middle >= t).toBe(true);
    }
  });
});

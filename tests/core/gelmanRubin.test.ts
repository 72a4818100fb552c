import { ConfigError, gelmanRubin, makeRng, NumericalError, ShapeError } from "phaselens/core";
import { describe, expect, it } from "vitest";

describe("gelmanRubin", () => {
  it("of a case by hand: halves (1, 3), (2, 4), (1, 3), (2, 4) have W = 2, B = 2/3, so R̂² = 1/2 + 1/6", () => {
    expect(
      gelmanRubin([
        [1, 3, 2, 4],
        [1, 3, 2, 4],
      ]),
    ).toBeCloseTo(Math.sqrt(2 / 3), 14);
  });

  it("is 1 within 1 % for independent chains of one distribution, 4 chains of 2000", () => {
    const rng = makeRng(1, "gelmanRubin");
    const chains = Array.from({ length: 4 }, () =>
      Float64Array.from({ length: 2000 }, () => rng.normal()),
    );
    expect(Math.abs(gelmanRubin(chains) - 1)).toBeLessThan(0.01);
  });

  it("exceeds 1.1 for chains half a standard deviation and more apart, and for one chain that drifts", () => {
    const rng = makeRng(2, "gelmanRubin");
    expect(
      gelmanRubin(
        [0, 1].map((shift) => Float64Array.from({ length: 500 }, () => rng.normal() + shift)),
      ),
    ).toBeGreaterThan(1.1);
    expect(
      gelmanRubin([Float64Array.from({ length: 500 }, (_, k) => rng.normal() + (4 * k) / 500)]),
    ).toBeGreaterThan(1.1);
  });

  it("is 1 for equal constants and infinite for different ones", () => {
    expect(
      gelmanRubin([
        [2, 2, 2, 2],
        [2, 2, 2, 2],
      ]),
    ).toBe(1);
    expect(
      gelmanRubin([
        [2, 2, 2, 2],
        [3, 3, 3, 3],
      ]),
    ).toBe(Infinity);
  });

  it("leaves out the first sample of an odd chain", () => {
    expect(gelmanRubin([[100, 1, 3, 2, 4]])).toBe(gelmanRubin([[1, 3, 2, 4]]));
  });

  it("refuses chains of different lengths, too short ones and NaN", () => {
    expect(() =>
      gelmanRubin([
        [1, 2, 3, 4],
        [1, 2, 3],
      ]),
    ).toThrow(ShapeError);
    expect(() => gelmanRubin([[1, 2, 3]])).toThrow(ConfigError);
    expect(() => gelmanRubin([])).toThrow(ConfigError);
    expect(() => gelmanRubin([[1, 2, NaN, 4]])).toThrow(NumericalError);
  });
});

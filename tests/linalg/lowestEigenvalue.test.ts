import { makeRng, tensor } from "phaselens/core";
import { symmetricEigenvalues } from "phaselens/linalg";
import { lowestEigenvalue } from "phaselens/internal/linalg/lowestEigenvalue";
import { describe, expect, it } from "vitest";
import { withSpectrum } from "../support/matrices.js";

/** Spectra of n = 200 numbers: what Lanczos' method finds at once, slowly, and not at all. */
const spectra: Record<string, (k: number) => number> = {
  "one negative outlier": (k) => (k === 0 ? -0.6 : k / 50),
  "evenly spaced": (k) => k,
  "crowded at the lower end": (k) => (k / 200) ** 8,
  "all alike": () => 3,
  "a pair at the lower end": (k) => (k < 2 ? -1 : k),
  "all negative": (k) => -1 - k,
  "large and small": (k) => 10 ** (k / 10 - 10),
};

describe("lowestEigenvalue", () => {
  for (const [title, value] of Object.entries(spectra))
    it(`is that of the whole decomposition: ${title}`, () => {
      const values = Float64Array.from({ length: 200 }, (_, k) => value(k));
      const matrix = withSpectrum(values, makeRng(5, title));
      const all = symmetricEigenvalues(matrix);
      const largest = Math.max(Math.abs(all[0]), Math.abs(all[199]));
      expect(Math.abs(lowestEigenvalue(matrix) - all[0])).toBeLessThan(4e-12 * largest);
    });

  it("names NaN and a matrix that is not symmetric", () => {
    const matrix = tensor([150, 150]);
    matrix.data[3] = 1;
    expect(() => lowestEigenvalue(matrix)).toThrow(/entry \(3, 0\) is 0, entry \(0, 3\) is 1/);
    matrix.data[3] = NaN;
    expect(() => lowestEigenvalue(matrix)).toThrow(/NaN/);
  });
});

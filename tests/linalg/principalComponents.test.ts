import { ConfigError, makeRng, row, tensor } from "phaselens/core";
import { principalComponents } from "phaselens/linalg";
import { describe, expect, it } from "vitest";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";

describe("principalComponents", () => {
  const rng = makeRng(1, "pca");
  const [n, features] = [60, 9];
  const x = tensor([n, features]);
  for (let r = 0; r < n; r++)
    for (let f = 0; f < features; f++) x.data[r * features + f] = 3 + rng.normal() / (1 + f);

  it("are the eigenvectors of the covariance matrix, the largest first", () => {
    const mean = Array.from(
      { length: features },
      (_, f) =>
        Array.from({ length: n }, (_, r) => x.data[r * features + f]).reduce((a, b) => a + b) / n,
    );
    const covariance = tensor([features, features]);
    for (let r = 0; r < n; r++) {
      for (let f = 0; f < features; f++) {
        for (let g = 0; g < features; g++) {
          covariance.data[f * features + g] +=
            ((x.data[r * features + f] - mean[f]) * (x.data[r * features + g] - mean[g])) / n;
        }
      }
    }
    const { values, vectors } = symmetricEigen(covariance);
    const trace = values.reduce((a, b) => a + b);
    const pca = principalComponents(x, { count: 3 });
    for (let k = 0; k < 3; k++) {
      const exact = features - 1 - k;
      expect(pca.variances[k]).toBeCloseTo(values[exact], 10);
      expect(pca.ratios[k]).toBeCloseTo(values[exact] / trace, 10);
      const overlap = row(pca.directions, k).reduce(
        (sum, v, f) => sum + v * row(vectors, exact)[f],
        0,
      );
      expect(Math.abs(overlap)).toBeCloseTo(1, 6);
    }
  });

  it("do not see a shift, and explain nothing of constant data", () => {
    const shifted = tensor(
      x.shape,
      x.data.map((value) => value + 100),
    );
    const [here, there] = [
      principalComponents(x, { count: 2 }),
      principalComponents(shifted, { count: 2 }),
    ];
    for (let k = 0; k < 2; k++) expect(there.ratios[k]).toBeCloseTo(here.ratios[k], 9);
    expect(
      Array.from(
        principalComponents(tensor([3, 4], new Float64Array(12).fill(2)), { count: 1 }).ratios,
      ),
    ).toEqual([0]);
  });

  it("about zero are those of the rows taken with both signs", () => {
    const both = tensor([2 * n, features]);
    both.data.set(x.data);
    both.data.set(
      x.data.map((value) => -value),
      n * features,
    );
    const [once, twice] = [
      principalComponents(x, { count: 3, centre: false }),
      principalComponents(both, { count: 3 }),
    ];
    for (let k = 0; k < 3; k++) expect(once.ratios[k]).toBeCloseTo(twice.ratios[k], 9);
  });

  it("refuse a single row and more components than features", () => {
    expect(() => principalComponents(tensor([1, 4]), { count: 1 })).toThrow(ConfigError);
    expect(() => principalComponents(x, { count: 10 })).toThrow("from 1 to 9");
  });
});

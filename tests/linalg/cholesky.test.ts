import { makeRng, NumericalError, row, ShapeError, tensor } from "phaselens/core";
import { cholesky, symmetricEigenvalues } from "phaselens/linalg";
import { describe, expect, it } from "vitest";
import {
  identity,
  largestDifference,
  product,
  transpose,
  withSpectrum,
} from "../support/matrices.js";

const positive = (n: number) =>
  withSpectrum(
    Array.from({ length: n }, (_, k) => 0.2 + k / 10),
    makeRng(n),
  );

describe("cholesky", () => {
  it("factorises [[4, 2], [2, 5]] by hand: L = [[2, 0], [1, 2]], det 16", () => {
    const factor = cholesky(tensor([2, 2], [4, 2, 2, 5]));
    expect(Array.from(factor.lower().data)).toEqual([2, 0, 1, 2]);
    expect(factor.logDeterminant).toBeCloseTo(Math.log(16), 14);
    expect(Array.from(factor.solve(Float64Array.of(8, 9)))).toEqual([1.375, 1.25]);
  });

  it.each([1, 2, 3, 31, 32, 33, 64, 65, 100])(
    "L Lᵀ is the matrix and every right-hand side is solved, n = %i",
    (n) => {
      const matrix = positive(n);
      const factor = cholesky(matrix);
      const lower = factor.lower();
      expect(largestDifference(product(lower, transpose(lower)).data, matrix.data)).toBeLessThan(
        1e-15 * n + 1e-14,
      );
      const rng = makeRng(7);
      const b = tensor(
        [5, n],
        Float64Array.from({ length: 5 * n }, () => rng.normal()),
      );
      const x = factor.solveMany(b);
      expect(largestDifference(product(x, matrix).data, b.data)).toBeLessThan(1e-12);
      expect(largestDifference(factor.solve(row(b, 3)), row(x, 3))).toBeLessThan(1e-13);
    },
  );

  it("solves more right-hand sides than pass at once, each as if alone", () => {
    const factor = cholesky(positive(40));
    const rng = makeRng(8);
    const b = tensor(
      [300, 40],
      Float64Array.from({ length: 300 * 40 }, () => rng.normal()),
    );
    const x = factor.solveMany(b);
    for (const r of [0, 127, 128, 255, 256, 299])
      expect(largestDifference(factor.solve(row(b, r)), row(x, r))).toBeLessThan(1e-12);
  });

  it("the TypeScript kernels give the same inverse", () => {
    const matrix = positive(70);
    const [fast, slow] = (["auto", "typescript"] as const).map((backend) =>
      cholesky(matrix, backend).solveMany(identity(70)),
    );
    expect(largestDifference(fast.data, slow.data)).toBeLessThan(1e-12);
  });

  it("log det is the sum of the logarithms of the eigenvalues", () => {
    const matrix = positive(50);
    expect(cholesky(matrix).logDeterminant).toBeCloseTo(
      symmetricEigenvalues(matrix).reduce((sum, value) => sum + Math.log(value), 0),
      11,
    );
  });

  it("stays backward stable at a condition number of 1e12", () => {
    const n = 60;
    const matrix = withSpectrum(
      Array.from({ length: n }, (_, k) => 10 ** ((-12 * k) / (n - 1))),
      makeRng(9),
    );
    const exact = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));
    const b = product(matrix, tensor([n, 1], exact)).data;
    const x = cholesky(matrix).solve(b);
    const size = Math.hypot(...x);
    expect(largestDifference(product(matrix, tensor([n, 1], x)).data, b)).toBeLessThan(
      1e-13 * size,
    );
  });

  it("reads the lower triangle only", () => {
    const matrix = positive(6);
    const lower = tensor(
      [6, 6],
      matrix.data.map((value, k) => (k % 6 > Math.floor(k / 6) ? 99 : value)),
    );
    expect(cholesky(lower).lower()).toEqual(cholesky(matrix).lower());
  });

  it("names the pivot that shows an indefinite matrix, and refuses NaN and wrong shapes", () => {
    const indefinite = positive(50);
    indefinite.data[40 * 50 + 40] = -3;
    expect(() => cholesky(indefinite)).toThrow(/pivot 40 is -\d\.\d+e\+0.*not positive definite/);
    expect(() => cholesky(tensor([2, 2]))).toThrow("pivot 0 is 0.00e+0");
    expect(() => cholesky(tensor([1, 1], [NaN]))).toThrow(NumericalError);
    expect(() => cholesky(tensor([2, 3]))).toThrow(ShapeError);
    expect(() => cholesky(positive(3)).solve(new Float64Array(4))).toThrow(
      "expected 3 entries, got 4",
    );
    expect(() => cholesky(positive(3)).solveMany(tensor([2, 4]))).toThrow(
      "expected [m, 3], got [2,4]",
    );
  });
});

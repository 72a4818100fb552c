import { makeRng, NumericalError, row, ShapeError, tensor, type Tensor } from "phaselens/core";
import { symmetricEigenvalues } from "phaselens/linalg";
import { describe, expect, it } from "vitest";
import {
  diagonalMatrix,
  gramOfFew,
  identity,
  largestDifference,
  product,
  randomSymmetric,
  transpose,
  withSpectrum,
} from "../support/matrices.js";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";

function expectDecomposition(
  matrix: Tensor,
  tolerance: number,
  backend: "auto" | "typescript" = "auto",
): void {
  const [n] = matrix.shape;
  const { values, vectors } = symmetricEigen(matrix, backend);
  expect(
    largestDifference(
      product(transpose(vectors), product(diagonalMatrix(values), vectors)).data,
      matrix.data,
    ),
  ).toBeLessThanOrEqual(tolerance);
  expect(
    largestDifference(product(vectors, transpose(vectors)).data, identity(n).data),
  ).toBeLessThan(4e-15 * n);
  for (let k = 1; k < n; k++) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]);
  expect(largestDifference(symmetricEigenvalues(matrix, backend), values)).toBeLessThanOrEqual(
    tolerance,
  );
}

describe("symmetricEigen", () => {
  it("solves [[2, 1], [1, 2]]: eigenvalues 1 and 3, eigenvectors (1, ∓1)/√2", () => {
    const { values, vectors } = symmetricEigen(tensor([2, 2], [2, 1, 1, 2]));
    expect(values[0]).toBeCloseTo(1, 15);
    expect(values[1]).toBeCloseTo(3, 15);
    expect(vectors.data[0] * vectors.data[1]).toBeCloseTo(-0.5, 15);
    expect(vectors.data[2] * vectors.data[3]).toBeCloseTo(0.5, 15);
  });

  it("finds the eigenvalues 2 − 2 cos(kπ/(n+1)) of the discrete Laplacian", () => {
    const n = 60;
    const matrix = tensor([n, n]);
    for (let i = 0; i < n; i++) {
      matrix.data[i * n + i] = 2;
      if (i > 0) matrix.data[i * n + i - 1] = matrix.data[(i - 1) * n + i] = -1;
    }
    const exact = Float64Array.from(
      { length: n },
      (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)),
    );
    expect(largestDifference(symmetricEigenvalues(matrix), exact)).toBeLessThan(1e-14);
  });

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 65, 150])(
    "decomposes a random matrix, A = Σ λ v vᵀ with orthonormal v, n = %i",
    (n) => {
      expectDecomposition(randomSymmetric(n, makeRng(n)), 1e-14 * n);
    },
  );

  it.each([400, 401, 402, 403])(
    "decomposes a matrix whose reflections act together, n = %i",
    (n) => {
      const matrix = randomSymmetric(n, makeRng(n));
      const { values, vectors } = symmetricEigen(matrix);
      expect(largestDifference(symmetricEigenvalues(matrix), values)).toBeLessThan(1e-12);
      for (const k of [0, 1, n >> 1, n - 1]) {
        const own = row(vectors, k);
        const image = product(matrix, tensor([n, 1], own)).data;
        const scaled = own.map((v) => v * values[k]);
        expect(largestDifference(image, scaled)).toBeLessThan(1e-12);
        const overlaps = product(vectors, tensor([n, 1], own)).data;
        expect(Math.abs(overlaps[k] - 1)).toBeLessThan(1e-13);
        overlaps[k] = 0;
        expect(largestDifference(overlaps, new Float64Array(n))).toBeLessThan(1e-14);
      }
    },
  );

  it("decomposes with the TypeScript kernels too", () =>
    expectDecomposition(randomSymmetric(40, makeRng(1)), 4e-13, "typescript"));

  it("decomposes the zero matrix and a diagonal one exactly", () => {
    expectDecomposition(tensor([5, 5]), 0);
    expect(Array.from(symmetricEigenvalues(diagonalMatrix([3, -1, 2])))).toEqual([-1, 2, 3]);
    expectDecomposition(diagonalMatrix([3, -1, 2, 2]), 0);
  });

  it("keeps eigenvectors orthonormal in degenerate eigenspaces", () => {
    const spectrum = [1, 1, 1, 1, 1, 2, 2, 2, 5, 5, 5, 5];
    const matrix = withSpectrum(spectrum, makeRng(3));
    expectDecomposition(matrix, 1e-13);
    expect(largestDifference(symmetricEigenvalues(matrix), spectrum)).toBeLessThan(1e-13);
  });

  // Rows below 1e-154 have squares without full precision; reflections by them were not
  // orthogonal, and vectors of a few of these matrices were off by up to .2.
  it.each(["auto", "typescript"] as const)(
    "keeps eigenvectors of few outer products orthonormal, however small their entries (%s)",
    (backend) => {
      for (let draw = 0; draw < 200; draw++) {
        const rng = makeRng(draw, "few");
        const [n, rank] = [2 + (draw % 17), 1 + (draw % 3)];
        const matrix = gramOfFew(n, rank, [0, 20, 200][Math.floor(draw / 51) % 3], rng);
        const scale = Math.max(...matrix.data);
        expectDecomposition(matrix, 1e-14 * n * scale, backend);
      }
    },
  );

  it("finds a spectrum that spans 16 decades to ε times its largest eigenvalue", () => {
    const spectrum = Array.from({ length: 17 }, (_, k) => 10 ** (k - 12));
    const matrix = withSpectrum(spectrum, makeRng(4));
    // 1e4 · ε · n
    expect(largestDifference(symmetricEigenvalues(matrix), spectrum)).toBeLessThan(1e-11);
    expectDecomposition(matrix, 1e-10);
  });

  it.each([1e-290, 1e290])("neither over- nor underflows for entries of order %s", (scale) => {
    const matrix = randomSymmetric(12, makeRng(5));
    const scaled = tensor(
      [12, 12],
      matrix.data.map((value) => value * scale),
    );
    const expected = symmetricEigenvalues(matrix).map((value) => value * scale);
    expect(largestDifference(symmetricEigenvalues(scaled), expected)).toBeLessThan(1e-13 * scale);
  });

  it("row k of the vectors belongs to value k: A v = λ v", () => {
    const matrix = randomSymmetric(20, makeRng(7));
    const { values, vectors } = symmetricEigen(matrix);
    for (const k of [0, 9, 19]) {
      const image = product(matrix, tensor([20, 1], row(vectors, k))).data;
      expect(
        largestDifference(
          image,
          row(vectors, k).map((v) => v * values[k]),
        ),
      ).toBeLessThan(1e-13);
    }
  });

  it("refuses NaN, an asymmetric matrix and a rectangle, naming what is wrong", () => {
    expect(() => symmetricEigen(tensor([2, 2], [1, NaN, NaN, 1]))).toThrow(NumericalError);
    expect(() => symmetricEigenvalues(tensor([2, 2], [1, 0, 0, Infinity]))).toThrow(
      "entry 3 is Infinity",
    );
    expect(() => symmetricEigenvalues(tensor([2, 2], [1, 2, 3, 4]))).toThrow(
      "entry (1, 0) is 3, entry (0, 1) is 2",
    );
    expect(() => symmetricEigen(tensor([2, 3]))).toThrow(ShapeError);
  });
});

import { dot, makeRng, NumericalError, row, tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import {
  diagonalMatrix,
  largestDifference,
  randomSymmetric,
  withSpectrum,
} from "../support/matrices.js";
import {
  lowestEigenpair,
  lowestEigenpairWorkspace,
} from "phaselens/internal/linalg/lowestEigenpair";
import { anyBelow } from "phaselens/internal/linalg/tridiagonal";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";

describe("lowestEigenpair", () => {
  it.each([1, 2, 3, 5, 16, 41, 90])("agrees with the whole decomposition, n = %i", (n) => {
    const matrix = randomSymmetric(n, makeRng(n));
    const { values, vectors } = symmetricEigen(matrix);
    const { value, vector } = lowestEigenpair(matrix);
    expect(Math.abs(value - values[0])).toBeLessThan(1e-13 * Math.sqrt(n));
    expect(Math.abs(Math.abs(dot(vector, row(vectors, 0))) - 1)).toBeLessThan(1e-13);
    expect(vector.reduce((sum, entry) => sum + entry, 0)).toBeGreaterThan(0);
  });

  it("gives the same with the TypeScript kernels", () => {
    const matrix = randomSymmetric(30, makeRng(2));
    expect(
      largestDifference(
        lowestEigenpair(matrix, "typescript").vector,
        lowestEigenpair(matrix).vector,
      ),
    ).toBeLessThan(1e-13);
  });

  it("tells the members of a doublet apart, gap 1e-6 at norm 40, for 40 rotations of the same spectrum", () => {
    const n = 24;
    for (let seed = 0; seed < 40; seed++) {
      const rng = makeRng(seed);
      const spectrum = Array.from({ length: n }, (_, k) =>
        k < 2 ? -1 + k * 1e-6 : 0.5 + (39.5 * k) / n,
      );
      const matrix = withSpectrum(spectrum, rng);
      const { value, vector } = lowestEigenpair(matrix);
      expect(Math.abs(value + 1)).toBeLessThan(1e-12);
      // ⟨v|A|v⟩ of a mixture with weight w of the second state is −1 + w·1e-6
      const image = Float64Array.from({ length: n }, (_, i) => dot(row(matrix, i), vector));
      for (let i = 0; i < n; i++)
        expect(Math.abs(image[i] - value * vector[i])).toBeLessThan(3e-13);
      const exact = row(symmetricEigen(matrix).vectors, 0);
      // angle² / 2 with angle ≈ ε · 40 / 1e-6
      expect(Math.abs(dot(exact, vector))).toBeGreaterThan(1 - 1e-12);
    }
  });

  it("answers with a vector of the eigenspace where the lowest eigenvalue is repeated", () => {
    for (const matrix of [
      tensor([4, 4]),
      diagonalMatrix([1, 1, 1, 3]),
      diagonalMatrix([2, 5, 2, 2, 7]),
      withSpectrum([1, 1, 1, 4, 5], makeRng(1)),
    ]) {
      const [n] = matrix.shape;
      const { value, vector } = lowestEigenpair(matrix);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 14);
      for (let i = 0; i < n; i++)
        expect(Math.abs(dot(row(matrix, i), vector) - value * vector[i])).toBeLessThan(1e-13);
    }
  });

  it("finds a lowest state that lives on a single site of a decoupled matrix", () => {
    const { value, vector } = lowestEigenpair(diagonalMatrix([5, 3, -2, 8]));
    expect(value).toBe(-2);
    expect(Array.from(vector)).toEqual([0, 0, 1, 0]);
  });

  it("a workspace solves one matrix after the other, does not disturb its input and allocates no arrays", () => {
    const workspace = lowestEigenpairWorkspace(25);
    const { vector } = workspace;
    for (let seed = 0; seed < 3; seed++) {
      const matrix = randomSymmetric(25, makeRng(seed));
      workspace.matrix.set(matrix.data);
      expect(workspace.solve()).toBe(lowestEigenpair(matrix).value);
      expect(workspace.vector).toBe(vector);
      expect(workspace.matrix).toEqual(matrix.data);
    }
  });

  it("refuses NaN and infinite entries", () => {
    for (const bad of [NaN, Infinity]) {
      const matrix = randomSymmetric(6, makeRng(1));
      matrix.data[14] = matrix.data[9] = bad;
      expect(() => lowestEigenpair(matrix)).toThrow(NumericalError);
    }
  });
});

describe("anyBelow", () => {
  it("says which numbers have an eigenvalue 2 − 2 cos(kπ/(n+1)) of the discrete Laplacian below", () => {
    const n = 25;
    const diagonal = new Float64Array(n).fill(2);
    const offDiagonal = new Float64Array(n).fill(-1);
    offDiagonal[0] = 0;
    const lowest = 2 - 2 * Math.cos(Math.PI / (n + 1));
    const numbers = [-1, 0, lowest - 1e-9, lowest + 1e-9, 0.01, 0.5, 1, 2.3, 3.99, 5];
    const bit = (x: number): number => (x > lowest ? 1 : 0);
    for (const x of numbers)
      for (const y of numbers)
        for (const z of numbers)
          expect(anyBelow(diagonal, offDiagonal, [x, y, z], 1e-300)).toBe(
            bit(x) + 2 * bit(y) + 4 * bit(z),
          );
  });

  it("counts a pivot that vanishes as one below", () => {
    const zero = Float64Array.of(0);
    expect(anyBelow(Float64Array.of(1), zero, [1, 1 - 1e-9, 1 + 1e-9], 1e-300)).toBe(5);
  });
});

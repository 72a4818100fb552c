import { makeRng, tensor, type Rng, type Tensor } from "phaselens/core";
import { cholesky, symmetricEigenvalues } from "phaselens/linalg";
import { blockOf, decoupledParts } from "phaselens/internal/linalg/decoupledParts";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";
import { describe, expect, it } from "vitest";
import { identity, largestDifference, product, transpose } from "../support/matrices.js";

/** A positive definite matrix whose rows are coupled along a random forest and a few more pairs. */
function randomlyCoupled(n: number, rng: Rng): Tensor {
  const matrix = tensor([n, n]);
  const couple = (i: number, j: number): void => {
    matrix.data[i * n + j] = matrix.data[j * n + i] = rng.normal();
  };
  for (let i = 0; i < n; i++) {
    if (i > 0 && rng.uniform() < 0.8) couple(i, rng.integer(i));
    if (i > 0 && rng.uniform() < 0.3) couple(i, rng.integer(i));
  }
  for (let i = 0; i < n; i++) {
    const row = matrix.data.subarray(i * n, (i + 1) * n);
    row[i] = row.reduce((sum, value) => sum + Math.abs(value), 0.1 + rng.uniform());
  }
  return matrix;
}

/** The same sets by definition: from each row all that a path of entries ≠ 0 reaches. */
function reached(matrix: Tensor): number[][] {
  const [n] = matrix.shape;
  const joined = Array.from(matrix.data, (value) => value !== 0);
  for (let i = 0; i < n; i++) joined[i * n + i] = true;
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) joined[i * n + j] ||= joined[i * n + k] && joined[k * n + j];
  const rows = Array.from({ length: n }, (_, i) => i);
  return rows.map((i) => rows.filter((j) => joined[i * n + j])).filter((part, i) => part[0] === i);
}

const cases = Array.from({ length: 30 }, (_, seed) => {
  const rng = makeRng(seed, "decoupled");
  return randomlyCoupled(1 + rng.integer(90), rng);
});

describe("rows of a symmetric matrix that nothing couples", () => {
  it("are parted as paths of entries that are not zero join them", () => {
    for (const matrix of cases)
      expect(decoupledParts(matrix).map((part) => Array.from(part))).toEqual(reached(matrix));
  });

  it("are found in the lower triangle alone", () => {
    const matrix = tensor([3, 3], [1, 9, 9, 0, 1, 9, 2, 0, 1]);
    expect(decoupledParts(matrix).map((part) => Array.from(part))).toEqual([[0, 2], [1]]);
  });

  it.each(["auto", "typescript"] as const)(
    "leave A = Σ λ v vᵀ with orthonormal v, which vanish exactly in other parts (%s)",
    (backend) => {
      for (const matrix of cases) {
        const [n] = matrix.shape;
        const { values, vectors } = symmetricEigen(matrix, backend);
        const scaled = tensor(
          [n, n],
          vectors.data.map((v, k) => v * values[Math.floor(k / n)]),
        );
        const again = product(transpose(vectors), scaled);
        expect(largestDifference(again.data, matrix.data)).toBeLessThan(1e-13 * n);
        const overlaps = product(vectors, transpose(vectors));
        expect(largestDifference(overlaps.data, identity(n).data)).toBeLessThan(4e-15 * n);
        const parts = decoupledParts(matrix);
        for (let k = 0; k < n; k++) {
          const own = vectors.data.subarray(k * n, (k + 1) * n);
          const touched = parts.filter((part) => part.some((i) => own[i] !== 0));
          expect(touched.length).toBe(1);
          if (k > 0) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]);
        }
      }
    },
  );

  it("have the eigenvalues of all parts", () => {
    for (const matrix of cases) {
      const apart = decoupledParts(matrix).flatMap((part) =>
        Array.from(symmetricEigenvalues(blockOf(matrix, part))),
      );
      expect(Array.from(symmetricEigenvalues(matrix))).toEqual(apart.sort((a, b) => a - b));
    }
  });

  it.each(["auto", "typescript"] as const)(
    "leave L Lᵀ = A with L lower, its determinant and its solutions (%s)",
    (backend) => {
      for (const matrix of cases) {
        const [n] = matrix.shape;
        const factor = cholesky(matrix, backend);
        const lower = factor.lower();
        for (let i = 0; i < n; i++)
          for (let j = i + 1; j < n; j++) expect(lower.data[i * n + j]).toBe(0);
        const again = product(lower, transpose(lower));
        expect(largestDifference(again.data, matrix.data)).toBeLessThan(1e-14 * n);
        const logs = symmetricEigenvalues(matrix).map(Math.log);
        expect(factor.logDeterminant).toBeCloseTo(
          logs.reduce((sum, value) => sum + value, 0),
          10,
        );
        const rng = makeRng(n);
        const b = tensor(
          [3, n],
          Float64Array.from({ length: 3 * n }, () => rng.normal()),
        );
        const x = factor.solveMany(b);
        expect(largestDifference(product(x, matrix).data, b.data)).toBeLessThan(1e-12);
      }
    },
  );

  it("keep the name of a pivot that is not positive", () => {
    const matrix = tensor([4, 4], [1, 0, 0, 0, 0, 1, 0, 2, 0, 0, 1, 0, 0, 2, 0, 1]);
    expect(() => cholesky(matrix)).toThrow("pivot 3 is -3.00e+0");
    matrix.data[10] = -2;
    expect(() => cholesky(matrix)).toThrow("pivot 2 is -2.00e+0");
  });
});

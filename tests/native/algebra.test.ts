import { makeRng, NumericalError, tensor, type Tensor } from "phaselens/core";
import { cholesky, symmetricEigenvalues } from "phaselens/linalg";
import { nativeBlas, withoutNative } from "phaselens/internal/core/native/blas";
import { rowProducts } from "phaselens/internal/linalg/rowProducts";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";
import { describe, expect, it } from "vitest";
import { blas } from "./library.js";

const n = 150;

/** BBᵀ + shift·1 of a random B. */
function positive(shift: number): Tensor {
  const rng = makeRng(3, "matrix");
  const b = tensor(
    [n, n],
    Float64Array.from({ length: n * n }, () => 2 * rng.uniform() - 1),
  );
  const a = withoutNative(() => rowProducts(b, b));
  for (let i = 0; i < n; i++) a.data[i * n + i] += shift;
  return a;
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let distance = 0;
  for (let i = 0; i < b.length; i++) distance = Math.max(distance, Math.abs(a[i] - b[i]));
  return distance;
};

describe.skipIf(!blas)("dense algebra that goes to a native LAPACK", () => {
  it("says what it is", () => {
    expect(nativeBlas()!.name).toMatch(/^(OpenBLAS [\d.]+ \(\d+ threads?\)|Accelerate|MKL|BLAS)$/);
    expect(withoutNative(() => nativeBlas())).toBeUndefined();
  });

  it("eigenvalues are those of the own reduction", () => {
    const a = positive(0);
    const own = withoutNative(() => symmetricEigenvalues(a));
    expect(furthest(symmetricEigenvalues(a), own)).toBeLessThan(1e-13 * own[n - 1]);
  });

  it("eigenvectors are orthonormal rows with Av = λv", () => {
    const a = positive(0);
    const { values, vectors } = symmetricEigen(a);
    expect(values).toEqual(Float64Array.from(values).sort());
    const products = rowProducts(vectors, a);
    const scaled = vectors.data.map((v, k) => v * values[Math.floor(k / n)]);
    expect(furthest(products.data, scaled)).toBeLessThan(1e-12 * values[n - 1]);
    const overlaps = rowProducts(vectors, vectors).data;
    expect(
      furthest(
        overlaps,
        overlaps.map((_, k) => (k % (n + 1) === 0 ? 1 : 0)),
      ),
    ).toBeLessThan(1e-13 * n);
  });

  it("entries near the ends of the range of numbers neither over- nor underflow", () => {
    for (const scale of [2 ** -1000, 2 ** 1000]) {
      const a = positive(1);
      const own = withoutNative(() => symmetricEigenvalues(a));
      a.data.forEach((value, k) => (a.data[k] = value * scale));
      const values = symmetricEigenvalues(a).map((value) => value / scale);
      expect(furthest(values, own)).toBeLessThan(1e-13 * own[n - 1]);
    }
  });

  it("factor, determinant and solutions are those of the own factorisation", () => {
    const a = positive(1);
    const native = cholesky(a);
    const own = withoutNative(() => cholesky(a));
    expect(furthest(native.lower().data, own.lower().data)).toBeLessThan(1e-12);
    expect(Math.abs(native.logDeterminant - own.logDeterminant)).toBeLessThan(1e-11);
    const b = positive(0);
    const before = b.data.slice();
    expect(furthest(native.solveMany(b).data, own.solveMany(b).data)).toBeLessThan(1e-10);
    expect(b.data).toEqual(before);
  });

  it("reads the lower triangle only and leaves the matrix", () => {
    const a = positive(1);
    const whole = cholesky(a).lower().data;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) a.data[i * n + j] = 7;
    const before = a.data.slice();
    expect(cholesky(a).lower().data).toEqual(whole);
    expect(a.data).toEqual(before);
  });

  it("names the pivot of a matrix that is not positive definite, and NaN", () => {
    const a = positive(1);
    a.data[40 * n + 40] = -1;
    expect(() => cholesky(a)).toThrow(/pivot 40 is -/);
    const b = positive(1);
    b.data[70 * n + 3] = NaN;
    expect(() => cholesky(b)).toThrow(NumericalError);
    expect(() => symmetricEigen(b)).toThrow(NumericalError);
  });
});

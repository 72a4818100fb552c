import {
  ConfigError,
  makeRng,
  NotConvergedError,
  NumericalError,
  row,
  ShapeError,
  tensor,
} from "phaselens/core";
import { cholesky, damped, symmetricEigenvalues } from "phaselens/linalg";
import { describe, expect, it } from "vitest";
import {
  diagonalMatrix,
  identity,
  largestDifference,
  product,
  randomSymmetric,
  transpose,
  withSpectrum,
} from "../support/matrices.js";
import { conjugateGradient } from "phaselens/internal/linalg/conjugateGradient";
import { davidson } from "phaselens/internal/linalg/davidson";
import { lanczos } from "phaselens/internal/linalg/lanczos";
import { toDense, denseOperator } from "phaselens/internal/linalg/operator";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";

describe("operators", () => {
  it("toDense gives back the matrix of denseOperator, and damped adds λ to its diagonal", () => {
    const matrix = randomSymmetric(7, makeRng(1));
    expect(toDense(denseOperator(matrix))).toEqual(matrix);
    const shifted = toDense(damped(denseOperator(matrix), { damping: 0.5 }));
    expect(
      largestDifference(
        shifted.data,
        matrix.data.map((value, k) => value + 0.5 * identity(7).data[k]),
      ),
    ).toBe(0);
    expect(() => damped(denseOperator(matrix), { damping: NaN })).toThrow(ConfigError);
    expect(() => denseOperator(tensor([2, 3]))).toThrow(ShapeError);
  });
});

describe("conjugateGradient", () => {
  const n = 80;
  const rng = makeRng(2);
  const matrix = withSpectrum(
    Array.from({ length: n }, (_, k) => 0.01 + k ** 2 / 100),
    rng,
  );
  const operator = denseOperator(matrix);
  const b = Float64Array.from({ length: n }, () => rng.normal());

  it("solves what Cholesky solves, and reports the true residual", () => {
    const { x, relativeResidual } = conjugateGradient(operator, b, { tolerance: 1e-12 });
    expect(largestDifference(x, cholesky(matrix).solve(b))).toBeLessThan(1e-9);
    const image = operator.apply(x);
    expect(Math.hypot(...image.map((value, i) => value - b[i])) / Math.hypot(...b)).toBeCloseTo(
      relativeResidual,
      15,
    );
    expect(relativeResidual).toBeLessThan(1e-12);
  });

  it("needs no more iterations than there are distinct eigenvalues", () => {
    const few = denseOperator(
      withSpectrum(
        Array.from({ length: 30 }, (_, k) => 1 + (k % 4)),
        makeRng(3),
      ),
    );
    expect(
      conjugateGradient(few, b.subarray(0, 30), { tolerance: 1e-11 }).iterations,
    ).toBeLessThanOrEqual(5);
  });

  it("with the exact inverse as preconditioner takes one step", () => {
    const factor = cholesky(matrix);
    expect(
      conjugateGradient(operator, b, { preconditioner: (r) => factor.solve(r) }).iterations,
    ).toBeLessThanOrEqual(2);
  });

  it("starts from a given vector, and answers 0 for b = 0", () => {
    const { x } = conjugateGradient(operator, b);
    expect(conjugateGradient(operator, b, { start: x }).iterations).toBe(0);
    expect(conjugateGradient(operator, new Float64Array(n))).toEqual({
      x: new Float64Array(n),
      iterations: 0,
      relativeResidual: 0,
    });
  });

  it("names a damping that would do where the operator is indefinite, and that damping does", () => {
    const indefinite = denseOperator(
      withSpectrum([-2, -0.5, ...Array.from({ length: 28 }, (_, k) => 1 + k)], makeRng(4)),
    );
    const start = b.subarray(0, 30);
    let damping = NaN;
    try {
      conjugateGradient(indefinite, start);
    } catch (error) {
      expect(error).toBeInstanceOf(NumericalError);
      expect((error as Error).message).toMatch(
        /not positive definite. Use damped\(operator, \{ damping \}\) with a damping > 2\.0/,
      );
      damping = (error as NumericalError).details.damping as number;
    }
    expect(damping).toBeGreaterThanOrEqual(2);
    expect(damping).toBeLessThan(2.1);
    expect(
      conjugateGradient(damped(indefinite, { damping: damping * 1.01 }), start, { tolerance: 1e-6 })
        .relativeResidual,
    ).toBeLessThan(1e-6);
  });

  it("reports residual and iterations where it does not converge, instead of a half-solved system", () => {
    expect(() => conjugateGradient(operator, b, { maxIterations: 5 })).toThrow(NotConvergedError);
    expect(() => conjugateGradient(operator, b, { maxIterations: 5 })).toThrow(
      /relative residual \d\.\d+e[-+]\d after 5 iterations/,
    );
    expect(() => conjugateGradient(operator, b, { tolerance: 1e-30 })).toThrow(NotConvergedError);
  });

  it("refuses NaN in b or out of the operator, and a wrong length", () => {
    expect(() =>
      conjugateGradient(
        operator,
        b.map((value, i) => (i === 3 ? NaN : value)),
      ),
    ).toThrow("entry 3 is NaN");
    expect(() => conjugateGradient({ dimension: n, apply: (v) => v.map(() => NaN) }, b)).toThrow(
      NumericalError,
    );
    expect(() => conjugateGradient(operator, new Float64Array(3))).toThrow(ShapeError);
  });
});

describe("lanczos", () => {
  const matrix = randomSymmetric(90, makeRng(5));
  const dense = symmetricEigen(matrix);

  it.each(["lowest", "highest"] as const)(
    "finds the three %s eigenpairs of a dense matrix",
    (which) => {
      const { values, vectors, residuals } = lanczos(denseOperator(matrix), {
        count: 3,
        which,
        rng: makeRng(6),
      });
      const first = which === "lowest" ? 0 : 87;
      expect(largestDifference(values, dense.values.subarray(first, first + 3))).toBeLessThan(
        1e-12,
      );
      const overlaps = product(
        vectors,
        transpose(tensor([3, 90], dense.vectors.data.slice(first * 90, (first + 3) * 90))),
      );
      expect(largestDifference(overlaps.data.map(Math.abs), identity(3).data)).toBeLessThan(1e-8);
      expect(Math.max(...residuals)).toBeLessThan(1e-8);
    },
  );

  it("takes the whole spectrum when asked for it, repeated eigenvalues included", () => {
    const spectrum = [1, 1, 1, 2, 3, 3, 7, 7, 7, 9];
    const repeated = denseOperator(withSpectrum(spectrum, makeRng(7)));
    expect(largestDifference(lanczos(repeated, { count: 10 }).values, spectrum)).toBeLessThan(
      1e-12,
    );
    expect(
      largestDifference(lanczos(denseOperator(tensor([4, 4])), { count: 4 }).values, [0, 0, 0, 0]),
    ).toBe(0);
    expect(lanczos(denseOperator(diagonalMatrix([3])), {}).values[0]).toBe(3);
  });

  it("throws with the residual when it runs out of steps, unless asked for what there is", () => {
    const slow = denseOperator(
      withSpectrum(
        Array.from({ length: 120 }, (_, k) => k / 10),
        makeRng(8),
      ),
    );
    expect(() => lanczos(slow, { maxSteps: 10 })).toThrow(/residual \d.* after 10 steps/);
    const { values, residuals } = lanczos(slow, { maxSteps: 10, partial: true });
    expect(values[0]).toBeGreaterThan(0); // Ritz values lie above the lowest eigenvalue
    expect(residuals[0]).toBeGreaterThan(1e-6);
    expect(() => lanczos(slow, { count: 0 })).toThrow(ConfigError);
  });
});

describe("davidson", () => {
  it("separates a doublet of gap 1e-6 at norm 40 that is only weakly coupled to its start vectors", () => {
    const n = 120;
    const spectrum = Array.from({ length: n }, (_, k) =>
      k < 2 ? -1 + k * 1e-6 : 0.5 + (39.5 * k) / n,
    );
    const matrix = withSpectrum(spectrum, makeRng(9));
    const rng = makeRng(10);
    const start = tensor(
      [2, n],
      Float64Array.from({ length: 2 * n }, () => rng.normal()),
    );
    const { values, vectors, residuals } = davidson(denseOperator(matrix), {
      start,
      shift: -1.2,
      tolerance: 1e-12,
    });
    expect(largestDifference(values, spectrum.slice(0, 2))).toBeLessThan(1e-12);
    const exact = symmetricEigen(matrix);
    for (let k = 0; k < 2; k++) {
      const overlap = row(vectors, k).reduce(
        (sum, value, i) => sum + value * exact.vectors.data[k * n + i],
        0,
      );
      expect(Math.abs(overlap)).toBeGreaterThan(1 - 1e-12);
    }
    expect(Math.max(...residuals)).toBeLessThan(1e-12);
    expect(symmetricEigenvalues(matrix)[0]).toBeCloseTo(-1, 12);
  });

  it("refuses a shift inside the spectrum", () => {
    const operator = denseOperator(diagonalMatrix([1, 2, 3, 4, 5, 6]));
    const start = tensor([1, 6], [1, 1, 1, 1, 1, 1]);
    expect(() => davidson(operator, { start, shift: 2.5, tolerance: 1e-10 })).toThrow(
      NumericalError,
    );
  });
});

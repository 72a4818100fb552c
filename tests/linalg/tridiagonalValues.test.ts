import { makeArena } from "phaselens/internal/kernels/arena";
import { anyBelow, implicitQl } from "phaselens/internal/linalg/tridiagonal";
import { tridiagonalRoom, tridiagonalValues } from "phaselens/internal/linalg/tridiagonalValues";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../support/matrices.js";
import { normal, tridiagonals, type Tridiagonal } from "../support/tridiagonals.js";

function valuesOf([d, e]: Tridiagonal, backend: "auto" | "typescript" = "auto"): Float64Array {
  return tridiagonalValues(makeArena({ doubles: tridiagonalRoom(d.length) }, backend), d, e);
}

/** By QL with square roots, one sweep after the other. */
function slowly([d, e]: Tridiagonal): Float64Array {
  const [values, couplings] = [d.slice(), e.slice()];
  couplings[0] = 0;
  implicitQl(values, couplings);
  return values.sort();
}

describe("tridiagonalValues", () => {
  const norm = (matrix: Tridiagonal): number =>
    Math.max(...matrix.flatMap((entries) => Array.from(entries, Math.abs)));

  it.each(Object.entries({ ...tridiagonals, "many rows": normal(900) }))(
    "finds the eigenvalues of %s that QL finds",
    (_, matrix) => {
      const values = valuesOf(matrix);
      const allowed = 2e-15 * norm(matrix) * Math.sqrt(values.length);
      expect(values).toEqual(values.slice().sort());
      expect(largestDifference(values, slowly(matrix))).toBeLessThan(allowed);
    },
  );

  it("finds 2 − 2 cos(kπ/(n + 1)) of the discrete Laplacian", () => {
    const n = 500;
    const values = valuesOf([new Float64Array(n).fill(2), new Float64Array(n).fill(-1)]);
    const exact = values.map((_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
    expect(largestDifference(values, exact)).toBeLessThan(1e-13);
  });

  it("leaves none below the lowest and finds the lowest, by counts of negative pivots", () => {
    const matrix = normal(300);
    const [d, e] = [matrix[0], matrix[1].slice()];
    e[0] = 0;
    const [lowest] = valuesOf(matrix);
    const width = 1e-13 * norm(matrix);
    expect(anyBelow(d, e, [lowest - width, lowest + width, lowest + width], 1e-290)).toBe(6);
  });

  it("gives the same bits with the TypeScript kernels", () => {
    const matrix = normal(150);
    expect(valuesOf(matrix)).toEqual(valuesOf(matrix, "typescript"));
  });

  it("takes no, one and two rows", () => {
    const of = (...d: number[]): Tridiagonal => [
      Float64Array.from(d),
      Float64Array.from(d, () => 1),
    ];
    expect(Array.from(valuesOf(of()))).toEqual([]);
    expect(Array.from(valuesOf(of(3)))).toEqual([3]);
    expect(Array.from(valuesOf(of(2, 2)))).toEqual([1, 3]);
  });
});

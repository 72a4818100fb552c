import { makeRng, ShapeError, tensor, type Tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { largestDifference, product, transpose } from "../support/matrices.js";
import { rowProducts, sumsOfRows } from "phaselens/internal/linalg/rowProducts";

const rng = makeRng(1, "rows");
const normal = (rows: number, columns: number): Tensor =>
  tensor(
    [rows, columns],
    Array.from({ length: rows * columns }, () => rng.normal()),
  );

describe("products of rows", () => {
  it.each([
    [1, 1, 1],
    [3, 5, 7],
    [6, 600, 9],
  ])("%i × %i with %i: A Bᵀ and A B are those multiplied out", (m, k, n) => {
    const [a, b] = [normal(m, k), normal(k, n)];
    const exact = product(a, b).data;
    const allowed = 1e-14 * k;
    expect(largestDifference(sumsOfRows(a, b).data, exact)).toBeLessThan(allowed);
    expect(largestDifference(rowProducts(a, transpose(b)).data, exact)).toBeLessThan(allowed);
  });

  it("refuse factors that do not belong to the rows", () => {
    expect(() => sumsOfRows(normal(2, 3), normal(4, 5))).toThrow(ShapeError);
    expect(() => rowProducts(normal(2, 3), normal(4, 5))).toThrow("rows of length 3 and 5");
  });
});

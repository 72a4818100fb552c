import { makeRng, row, tensor, type Rng, type Tensor } from "phaselens/core";
import { cholesky } from "phaselens/linalg";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../support/matrices.js";
import { minimumDegree } from "phaselens/internal/linalg/minimumDegree";
import { nodaIteration } from "phaselens/internal/linalg/nodaIteration";
import { sparseFactor } from "phaselens/internal/linalg/sparseFactor";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";

type Rows = Map<number, number>[];

/** A ring with chords: connected, entries between −1 and 0. */
function randomRows(n: number, chords: number, rng: Rng): Rows {
  const rows: Rows = Array.from({ length: n }, () => new Map<number, number>());
  const join = (a: number, b: number): void => {
    if (a === b) return;
    const value = -rng.uniform() - 1e-3;
    rows[a].set(b, value);
    rows[b].set(a, value);
  };
  for (let i = 1; i < n; i++) join(i - 1, i);
  for (let k = 0; k < chords; k++) join(rng.integer(n), rng.integer(n));
  return rows;
}

function dense(rows: Rows, diagonal: Float64Array): Tensor {
  const n = rows.length;
  const matrix = tensor([n, n]);
  rows.forEach((of, i) => {
    matrix.data[i * n + i] = diagonal[i];
    for (const [j, value] of of) matrix.data[i * n + j] = value;
  });
  return matrix;
}

const drawn = (n: number, rng: Rng, scale = 1): Float64Array =>
  Float64Array.from({ length: n }, () => scale * rng.uniform());
const product = ({ data }: Tensor, x: Float64Array): Float64Array =>
  x.map((_, i) => x.reduce((sum, value, j) => sum + data[i * x.length + j] * value, 0));

const sizes: [number, number][] = [
  [1, 0],
  [2, 0],
  [5, 2],
  [17, 9],
  [40, 60],
  [60, 900],
  [90, 40],
];

describe("minimumDegree", () => {
  it("orders a star from its points, so that nothing is filled, and each row once", () => {
    const star = [new Set([1, 2, 3, 4]), ...[1, 2, 3, 4].map(() => new Set([0]))];
    const { order, starts, columns } = minimumDegree(star);
    expect(Array.from(order).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(order.indexOf(0)).toBeGreaterThanOrEqual(3); // beside the last point, of equal degree
    expect(starts[5]).toBe(4);
    expect(Array.from(columns).every((column) => column >= 3)).toBe(true);
  });
});

describe("sparseFactor", () => {
  it.each(sizes)("solves and multiplies as the dense matrix does, %i rows", (n, chords) => {
    const rng = makeRng(n);
    const rows = randomRows(n, chords, rng);
    const factor = sparseFactor(rows);
    const inOrder = (x: Float64Array): Float64Array =>
      factor.order.length === n ? Float64Array.from(factor.order, (k) => x[k]) : x;
    const diagonal = drawn(n, rng).map((value, i) => value + 4 * rows[i].size); // dominates
    const matrix = dense(rows, diagonal);
    const x = drawn(n, rng).map((value) => value - 0.5);
    const image = new Float64Array(n);
    factor.apply(inOrder(diagonal), inOrder(x), image);
    expect(largestDifference(image, inOrder(product(matrix, x)))).toBeLessThan(1e-12);
    for (const shift of [0, -3]) {
      expect(factor.factorise(inOrder(diagonal), shift)).toBe(true);
      const solution = inOrder(x.map((value, i) => product(matrix, x)[i] - shift * value));
      factor.solve(solution);
      expect(largestDifference(solution, inOrder(x))).toBeLessThan(1e-12);
    }
  });

  it("is positive definite just where Cholesky's decomposition exists", () => {
    const rng = makeRng(4);
    const rows = randomRows(30, 40, rng);
    const diagonal = drawn(30, rng, 5);
    const factor = sparseFactor(rows);
    const inOrder = Float64Array.from(factor.order, (k) => diagonal[k]);
    const [lowest] = symmetricEigen(dense(rows, diagonal)).values;
    for (const by of [-1, -1e-9, 1e-9, 1]) {
      const shifted = dense(
        rows,
        diagonal.map((value) => value - lowest - by),
      );
      expect(factor.factorise(inOrder, lowest + by)).toBe(by < 0);
      if (by < 0) expect(() => cholesky(shifted)).not.toThrow();
      else expect(() => cholesky(shifted)).toThrow();
    }
    expect(factor.factorise(inOrder.fill(NaN), 0)).toBe(false);
  });
});

describe("nodaIteration", () => {
  it.each(sizes)("has the pair of the whole decomposition, %i rows", (n, chords) => {
    const rng = makeRng(n, "noda");
    const rows = randomRows(n, chords, rng);
    const iteration = nodaIteration(rows);
    for (const scale of [0, 1, 50, 1e4]) {
      const diagonal = drawn(n, rng, scale).map((value) => value - scale / 3);
      const { values, vectors } = symmetricEigen(dense(rows, diagonal));
      const value = iteration.solve(
        diagonal,
        drawn(n, rng).map((x) => x + 0.01),
      );
      expect(Math.abs(value! - values[0])).toBeLessThan(1e-14 * (scale + 40));
      const exact = row(vectors, 0);
      const sign = Math.sign(exact.reduce((a, b) => a + b));
      const gap = n > 1 ? values[1] - values[0] : 1;
      expect(
        largestDifference(
          iteration.vector,
          exact.map((x) => sign * x),
        ),
      ).toBeLessThan((1e-14 * (scale + 40)) / gap);
      expect(iteration.vector.every((x) => x > 0)).toBe(true);
    }
  });

  it("forgets what it was started from and what it solved before, to rounding", () => {
    const rng = makeRng(6);
    const rows = randomRows(40, 40, rng);
    const diagonal = drawn(40, rng, 3);
    const iteration = nodaIteration(rows);
    const value = iteration.solve(diagonal, new Float64Array(40).fill(1));
    const first = iteration.vector.slice();
    iteration.solve(drawn(40, rng, 9), drawn(40, rng));
    expect(
      iteration.solve(
        diagonal,
        drawn(40, rng).map((x) => x ** 4 + 1e-4),
      ),
    ).toBeCloseTo(value!, 13);
    expect(largestDifference(iteration.vector, first)).toBeLessThan(1e-13);
  });

  const path = (n: number): Rows =>
    Array.from(
      { length: n },
      (_, i) => new Map([i - 1, i + 1].filter((j) => j >= 0 && j < n).map((j) => [j, -1])),
    );

  it("tells two wells apart whose energies differ by 1e-7 at entries of 1e4", () => {
    const n = 21;
    const diagonal = new Float64Array(n).fill(1e4);
    diagonal[0] = 1e-7;
    diagonal[n - 1] = 0;
    const iteration = nodaIteration(path(n));
    const value = iteration.solve(diagonal, new Float64Array(n).fill(1))!;
    expect(Math.abs(value + 1e-4)).toBeLessThan(1e-11); // to second order
    const { vector } = iteration;
    expect(Math.abs(vector[n - 1] - 1)).toBeLessThan(1e-8);
    expect(vector[0]).toBeLessThan(1e-12);
  });

  it("has no answer where the two lowest states agree to rounding, or numbers overflow", () => {
    const rows = randomRows(3, 0, makeRng(1));
    rows[0].set(1, -1e-9).set(2, 0);
    rows[1].set(0, -1e-9).set(2, -1e-9);
    rows[2].set(1, -1e-9);
    const start = Float64Array.of(1, 1, 1);
    const iteration = nodaIteration(rows);
    expect(iteration.solve(Float64Array.of(0, 1e3, 0), start)).toBeUndefined();
    expect(iteration.solve(Float64Array.of(0, 1e3, 1), start)).toBeCloseTo(0, 15);
    expect(iteration.solve(Float64Array.of(0, 1e308, -1e308), start)).toBeUndefined();
    expect(iteration.solve(Float64Array.of(0, NaN, 1), start)).toBeUndefined();
  });
});

import fc from "fast-check";
import { makeRng, NumericalError, row, ShapeError, tensor, type Tensor } from "phaselens/core";

import { describe, expect, it } from "vitest";
import { assignment } from "phaselens/internal/linalg/assignment";
import { matchFilters } from "phaselens/internal/linalg/matchFilters";

/**
 * Least cost over all ways to give each row of a matrix that is no taller than wide a column of its
 * own.
 */
function leastCost(
  { shape: [rows, columns], data }: Tensor,
  from = 0,
  taken: readonly number[] = [],
): number {
  if (from === rows) return 0;
  let least = Infinity;
  for (let j = 0; j < columns; j++) {
    if (!taken.includes(j))
      least = Math.min(
        least,
        data[from * columns + j] +
          leastCost({ shape: [rows, columns], data }, from + 1, [...taken, j]),
      );
  }
  return least;
}

const transposed = ({ shape: [rows, columns], data }: Tensor): Tensor =>
  tensor(
    [columns, rows],
    Array.from(
      { length: rows * columns },
      (_, k) => data[(k % rows) * columns + Math.floor(k / rows)],
    ),
  );

const matrices = (entries: fc.Arbitrary<number>): fc.Arbitrary<Tensor> =>
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([rows, columns]) =>
      fc
        .array(entries, { minLength: rows * columns, maxLength: rows * columns })
        .map((data) => tensor([rows, columns], data)),
    );

describe("assignment", () => {
  it("by hand: the cheapest pair is not part of it", () => {
    expect(assignment(tensor([2, 2], [1, 2, 2, 9]))).toEqual({
      columns: Int32Array.of(1, 0),
      cost: 4,
    });
  });

  it("costs the least of all assignments, with as many pairs as there can be", () => {
    for (const entries of [
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    ]) {
      fc.assert(
        fc.property(matrices(entries), (cost) => {
          const [rows, columns] = cost.shape;
          const found = assignment(cost);
          const pairs = Array.from(found.columns, (j, i) => [i, j]).filter(([, j]) => j >= 0);
          expect(pairs.length).toBe(Math.min(rows, columns));
          expect(new Set(pairs.map(([, j]) => j)).size).toBe(pairs.length);
          expect(found.cost).toBeCloseTo(
            pairs.reduce((sum, [i, j]) => sum + cost.data[i * columns + j], 0),
            9,
          );
          expect(found.cost).toBeCloseTo(leastCost(rows <= columns ? cost : transposed(cost)), 8);
        }),
        { seed: 1, numRuns: 200 },
      );
    }
  });

  it("finds a permutation among 200, also where the entries are hidden by sums over rows and columns", () => {
    const rng = makeRng(2, "assignment");
    const n = 200;
    const order = rng.permutation(n);
    const [u, v] = [0, 1].map(() => Float64Array.from({ length: n }, () => rng.normal()));
    const cost = tensor([n, n]);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        cost.data[i * n + j] = u[i] + v[j] + (order[i] === j ? 0 : 0.01 + rng.uniform());
    expect(assignment(cost).columns).toEqual(order);
  });

  it("of nothing is nothing; what is no matrix of finite numbers is refused", () => {
    expect(assignment(tensor([0, 3]))).toEqual({ columns: new Int32Array(0), cost: 0 });
    expect(assignment(tensor([2, 0]))).toEqual({ columns: Int32Array.of(-1, -1), cost: 0 });
    expect(() => assignment(tensor([4]))).toThrow(ShapeError);
    expect(() => assignment(tensor([1, 2], [1, NaN]))).toThrow(NumericalError);
    expect(() => assignment(tensor([1, 2], [1, Infinity]))).toThrow(NumericalError);
  });
});

describe("matchFilters", () => {
  const rng = makeRng(4, "filters");
  const filters = tensor(
    [5, 1, 2, 2, 2],
    Array.from({ length: 40 }, () => rng.normal()),
  );

  it("recognises the filters of a network in another order, scaled, with other signs and a little noise", () => {
    for (const upToSign of [true, false]) {
      const order = rng.permutation(5);
      const signs = [1, upToSign ? -1 : 1, 1, upToSign ? -1 : 1, 1];
      const others = tensor([5, 1, 2, 2, 2]);
      order.forEach((j, i) =>
        row(others, j).set(
          row(filters, i).map((w) => signs[i] * (0.5 + i) * (w + 0.02 * rng.normal())),
        ),
      );
      const found = matchFilters(filters, others, { upToSign });
      expect(found.index).toEqual(order);
      expect(Array.from(found.sign)).toEqual(signs);
      found.similarity.forEach((cosine, i) => expect(signs[i] * cosine).toBeGreaterThan(0.99));
    }
  });

  it("leaves the least alike without a partner where the other network has fewer", () => {
    const found = matchFilters(
      filters,
      tensor([2, 1, 2, 2, 2], [...row(filters, 3), ...row(filters, 1)]),
    );
    expect(Array.from(found.index)).toEqual([-1, 1, -1, 0, -1]);
    expect(found.similarity[0]).toBe(0);
    expect(Array.from(found.sign)).toEqual([1, 1, 1, 1, 1]);
  });

  it("tells a filter from its opposite if it is told to", () => {
    const pair = tensor([2, 2], [1, 0, -1, 0.1]);
    expect(
      Array.from(matchFilters(pair, tensor([2, 2], [-1, 0, 1, 0]), { upToSign: false }).index),
    ).toEqual([1, 0]);
  });

  it("gives a filter that vanished what the others leave", () => {
    const found = matchFilters(tensor([2, 2], [0, 0, 1, 1]), tensor([2, 2], [1, 1, 1, 0]));
    expect(found).toEqual({
      index: Int32Array.of(1, 0),
      similarity: Float64Array.of(0, found.similarity[1]),
      sign: Int8Array.of(1, 1),
    });
    expect(found.similarity[1]).toBeCloseTo(1, 14);
  });

  it("refuses filters of different shape, and NaN", () => {
    expect(() => matchFilters(filters, tensor([5, 8]))).toThrow(ShapeError);
    expect(() => matchFilters(tensor([1, 1], [NaN]), tensor([1, 1], [1]))).toThrow(NumericalError);
  });
});

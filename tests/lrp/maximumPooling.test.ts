import { row, tensor } from "phaselens/core";
import {
  proportional,
  relevance,
  tiesShared,
  uniform,
  winnerTakesAll,
  wSquare,
  zPlus,
  type MaximumRule,
} from "phaselens/lrp";
import { add, averagePool, conv1d, graph, maxPool, relu, sequential } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

const pooled = (maximum: MaximumRule, x: number[], r: number[]) =>
  relevance(
    sequential([maxPool(2)]),
    new Float64Array(0),
    tensor([1, 1, x.length], x),
    uniform(zPlus, { maximum }),
    { start: { target: tensor([1, r.length], r) } },
  );

describe("relevance of a window", () => {
  const [x, r] = [
    [1, 3, 2, 2, -1, -4, 9],
    [5, 7, 11],
  ]; // the last entry is in no window

  it("goes to the winner, the first of equals", () => {
    expect(Array.from(pooled(winnerTakesAll, x, r).at[0].data)).toEqual([0, 5, 7, 0, 11, 0, 0]);
  });
  it("is shared by all that tie", () => {
    expect(Array.from(pooled(tiesShared, x, r).at[0].data)).toEqual([0, 5, 3.5, 3.5, 11, 0, 0]);
  });
  it("is divided in proportion to positive parts; without any it is lost and reported", () => {
    const found = pooled(proportional, x, r);
    expect(Array.from(found.at[0].data)).toEqual([1.25, 3.75, 3.5, 3.5, 0, 0, 0]);
    expect(found.conservation[0]).toMatchObject({
      arriving: 23,
      leaving: 12,
      lost: 11,
      toZeroDenominators: 11,
      zeroDenominators: 1,
    });
    expect(found.missing![0]).toBe(11);
  });

  it.each([1, 2, 3])("finds its window in %i dimensions", (axes) => {
    const shape = [2, ...Array<number>(axes).fill(5)];
    const x = randomTensor([1, ...shape], 1);
    const count = 2 * 2 ** axes;
    const r = randomTensor([1, count], 2);
    const shared = relevance(
      sequential([maxPool(2)]),
      new Float64Array(0),
      x,
      uniform(zPlus, { maximum: tiesShared }),
      { start: { target: r } },
    );
    const winner = relevance(sequential([maxPool(2)]), new Float64Array(0), x, uniform(zPlus), {
      start: { target: r },
    });
    expectAllClose(shared.at[0].data, winner.at[0].data);
  });
});

describe("windows that overlap or reach into the padding", () => {
  const through = (maximum: MaximumRule): number[] => {
    // windows {0, 1}, {1, 2, 3}, {3, 4, 5}
    const layer = maxPool([3], { stride: 2, padding: [[1, 1]] });
    const x = tensor([1, 1, 6], [1, 4, 2, 3, 4, 4]);
    return Array.from(
      relevance(sequential([layer]), new Float64Array(0), x, uniform(zPlus, { maximum }), {
        start: { target: tensor([1, 3], [10, 18, 22]) },
      }).at[0].data,
    );
  };

  it("add up what an entry gets from each of its windows", () => {
    expect(through(winnerTakesAll)).toEqual([0, 28, 0, 0, 22, 0]);
    expect(through(tiesShared)).toEqual([0, 28, 0, 0, 11, 11]);
    expectAllClose(through(proportional), [2, 16, 4, 12, 8, 8]);
  });

  it("count nothing twice below, where a rule without data visits the winners alone", () => {
    const network = sequential([conv1d(1, 2, 2), relu(), maxPool([3], { stride: 1 })]);
    const x = randomTensor([4, 1, 9], 6);
    const r = randomTensor([4, 12], 7);
    const found = relevance(
      network,
      randomTensor([network.parameterCount], 8).data,
      x,
      uniform(zPlus, { first: wSquare }),
      { start: { target: r } },
    );
    for (let n = 0; n < 4; n++)
      expect(
        Math.abs(row(found.at[0], n).reduce((a, b) => a + b) - row(r, n).reduce((a, b) => a + b)),
      ).toBeLessThan(1e-12);
  });
});

describe("a value read by a maximum pooling and by another layer", () => {
  it.each([winnerTakesAll, tiesShared, proportional])(
    "keeps nothing of an earlier batch ($name)",
    (maximum) => {
      const network = graph((input, then) => {
        const h = then(conv1d(1, 2, 3), input);
        return then(add(), then(maxPool(2), h), then(averagePool(2), h));
      });
      const theta = randomTensor([network.parameterCount], 3).data;
      const x = randomTensor([5, 1, 10], 4);
      const composite = uniform(zPlus, { maximum });
      const [one, all] = [1, 5].map((batch) =>
        relevance(network, theta, x, composite, {
          batch,
          at: [0, 1],
          start: { target: randomTensor([5, 8], 5) },
        }),
      );
      expectAllClose(one.at[0].data, all.at[0].data);
      expectAllClose(one.at[1].data, all.at[1].data);
    },
  );
});

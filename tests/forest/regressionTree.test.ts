import fc from "fast-check";
import {
  ConfigError,
  makeRng,
  NumericalError,
  ShapeError,
  tensor,
  type Tensor,
} from "phaselens/core";
import { predict, type RegressionData, type RegressionTree } from "phaselens/forest";
import { describe, expect, it } from "vitest";
import { naiveTree, observablesLike } from "../support/naiveTree.mjs";
import { regressionTree } from "phaselens/internal/forest/regressionTree";
import { treeDepth, truncatedTree } from "phaselens/internal/forest/tree";

/** The fields of a tree as lists. */
const listed = (tree: RegressionTree): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [
      name,
      typeof value === "number" ? value : Array.from(value),
    ]),
  );

/** Small tables with many ties: few values, repeated rows. */
const tables = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 4 }))
  .chain(([n, features]) =>
    fc.record({
      x: fc
        .array(fc.integer({ min: -3, max: 3 }), {
          minLength: n * features,
          maxLength: n * features,
        })
        .map((data): Tensor => tensor([n, features], data)),
      target: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: n, maxLength: n }),
    }),
  );

function expectTwin(tree: RegressionTree, nodes: ReturnType<typeof naiveTree>): void {
  expect(Array.from(tree.feature)).toEqual(nodes.map(({ feature }) => feature));
  expect(Array.from(tree.left)).toEqual(nodes.map(({ left }) => left));
  expect(Array.from(tree.samples)).toEqual(nodes.map(({ samples }) => samples.length));
  nodes.forEach(({ threshold, value }, node) => {
    expect(tree.threshold[node]).toBeCloseTo(threshold, 14);
    expect(tree.value[node]).toBeCloseTo(value, 12);
  });
}

describe("a regression tree", () => {
  it("of two leaves, by hand", () => {
    // mean 4, deviations −3 −3 0 6. The cuts gain 9·4/3, 36·4/4 and 36·4/3: the last one wins,
    // halfway between 3 and 8
    const data = { x: tensor([4, 1], [1, 2, 3, 8]), target: [1, 1, 4, 10] };
    const tree = regressionTree(data, { maxDepth: 1 });
    expect(listed(tree)).toEqual({
      features: 1,
      feature: [0, -1, -1],
      threshold: [5.5, 0, 0],
      left: [1, -1, -1],
      value: [4, 2, 10],
      samples: [4, 3, 1],
    });
    expect(Array.from(predict(tree, tensor([3, 1], [-9, 5.5, 5.6])))).toEqual([2, 2, 10]);
  });

  it("has the splits of a search that sorts every node anew", () => {
    const rng = makeRng(3, "forest twin");
    const data = observablesLike(700, rng.fork("data"));
    expectTwin(regressionTree(data, { maxDepth: 30 }), naiveTree(data, { maxDepth: 30 }));
    const counts = Array.from({ length: 700 }, () => rng.integer(3));
    const drawn = { maxDepth: 9, minimumLeaf: 4, featuresPerSplit: 5, counts };
    expectTwin(
      regressionTree(data, { ...drawn, rng: makeRng(1) }),
      naiveTree(data, { ...drawn, rng: makeRng(1) }),
    );
  });

  it("has the splits of that search on small tables full of ties", () => {
    fc.assert(
      fc.property(
        tables,
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (data, maxDepth, minimumLeaf) => {
          expectTwin(
            regressionTree(data, { maxDepth, minimumLeaf }),
            naiveTree(data, { maxDepth, minimumLeaf }),
          );
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  it("splits where the variance within the two sides is least, over all features and thresholds", () => {
    const within = (values: number[]): number => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    };
    fc.assert(
      fc.property(tables, ({ x, target }) => {
        const [n, features] = x.shape;
        const tree = regressionTree({ x, target }, { maxDepth: 1 });
        const side = (feature: number, threshold: number): number => {
          const left = target.filter((_, k) => x.data[k * features + feature] <= threshold);
          const right = target.filter((_, k) => x.data[k * features + feature] > threshold);
          return left.length * right.length === 0 ? Infinity : within(left) + within(right);
        };
        let least = Infinity;
        for (let feature = 0; feature < features; feature++)
          for (let k = 0; k < n; k++)
            least = Math.min(least, side(feature, x.data[k * features + feature]));
        if (within(target) === 0 || least === Infinity) expect(tree.feature[0]).toBe(-1);
        else expect(side(tree.feature[0], tree.threshold[0])).toBeCloseTo(least, 9);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it("gives every sample the mean of the samples in its leaf, and each leaf at least the minimum", () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 5 }), (data, minimumLeaf) => {
        const tree = regressionTree(data, { maxDepth: 8, minimumLeaf });
        const prediction = predict(tree, data.x);
        const total = (values: ArrayLike<number>): number =>
          Array.from(values).reduce((a, b) => a + b, 0);
        expect(total(prediction)).toBeCloseTo(total(data.target), 9);
        tree.samples.forEach(
          (samples, node) => node > 0 && expect(samples).toBeGreaterThanOrEqual(minimumLeaf),
        );
      }),
      { seed: 7 },
    );
  });

  it("learns by heart what it can tell apart, and leaves duplicates together", () => {
    const data = { x: tensor([5, 1], [1, 2, 2, 3, 3]), target: [0.1, 1, 3, 7, 7] };
    expect(Array.from(predict(regressionTree(data), data.x))).toEqual([0.1, 2, 2, 7, 7]);
  });

  it("stays a leaf for one sample, constant targets, constant features, and depth 0", () => {
    const x = tensor([3, 2], [1, 5, 2, 6, 3, 7]);
    const leaf = (data: RegressionData, maxDepth?: number): number[] => {
      const tree = regressionTree(data, { maxDepth });
      expect(tree.left.length).toBe(1);
      expect(treeDepth(tree)).toBe(0);
      return Array.from(predict(tree, data.x));
    };
    expect(leaf({ x: tensor([1, 2], [1, 2]), target: [0.3] })).toEqual([0.3]);
    // exactly, although 3 × .1 / 3 is not .1
    expect(leaf({ x, target: [0.1, 0.1, 0.1] })).toEqual([0.1, 0.1, 0.1]);
    expect(leaf({ x: tensor([3, 2]), target: [1, 2, 3] })).toEqual([2, 2, 2]);
    expect(leaf({ x, target: [1, 2, 3] }, 0)).toEqual([2, 2, 2]);
  });

  it("takes splits that gain nothing if only two of them together do: exclusive or", () => {
    const data = { x: tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1]), target: [0, 1, 1, 0] };
    expect(Array.from(predict(regressionTree(data), data.x))).toEqual([0, 1, 1, 0]);
  });

  it("is the upper part of a deeper tree", () => {
    const data = observablesLike(400, makeRng(4));
    const deep = regressionTree(data, { maxDepth: 60, featuresPerSplit: 4, rng: makeRng(9) });
    for (const maxDepth of [0, 1, 3, 7, 20, 60]) {
      const shallow = regressionTree(data, { maxDepth, featuresPerSplit: 4, rng: makeRng(9) });
      expect(listed(truncatedTree(deep, maxDepth))).toEqual(listed(shallow));
      expect(treeDepth(shallow)).toBe(Math.min(maxDepth, treeDepth(deep)));
    }
  });

  it("counts a sample as often as it was drawn", () => {
    const data = observablesLike(60, makeRng(6));
    const counts = Array.from({ length: 60 }, (_, k) => k % 3);
    const rows = counts.flatMap((count, k) => new Array<number>(count).fill(k));
    const repeated = {
      x: tensor(
        [rows.length, 18],
        rows.flatMap((k) => Array.from(data.x.data.subarray(18 * k, 18 * k + 18))),
      ),
      target: rows.map((k) => data.target[k]),
    };
    const [weighted, unrolled] = [regressionTree(data, { counts }), regressionTree(repeated)];
    expect(Array.from(weighted.samples)).toEqual(Array.from(unrolled.samples));
    unrolled.value.forEach((value, node) => expect(weighted.value[node]).toBeCloseTo(value, 13));
  });

  it("separates neighbouring numbers, numbers of opposite sign at the end of the range, but not 0 from −0", () => {
    const pair = (a: number, b: number): number[] => {
      const data = { x: tensor([2, 1], [a, b]), target: [1, 2] };
      return Array.from(predict(regressionTree(data), data.x));
    };
    expect(pair(1, 1 + Number.EPSILON)).toEqual([1, 2]);
    expect(pair(5e-324, 0)).toEqual([1, 2]);
    expect(pair(-Number.MAX_VALUE, Number.MAX_VALUE)).toEqual([1, 2]);
    expect(pair(0, -0)).toEqual([1.5, 1.5]);
    // numbers that differ in one of the 64 bits, the larger one first
    const bits = new BigUint64Array(1);
    const number = new Float64Array(bits.buffer);
    for (let bit = 0n; bit < 62n; bit++) {
      bits[0] = 1n << bit;
      const larger = number[0];
      expect([pair(larger, 0), pair(0, -larger)], `bit ${bit}`).toEqual([
        [1, 2],
        [1, 2],
      ]);
      bits[0] = 0x2aaaaaaaaaaaaaaan ^ (1n << bit);
      const [a, b] = [number[0], ((bits[0] ^= 1n << bit), number[0])];
      expect(
        [pair(Math.max(a, b), Math.min(a, b)), pair(-Math.min(a, b), -Math.max(a, b))],
        `bit ${bit}`,
      ).toEqual([
        [1, 2],
        [1, 2],
      ]);
    }
  });

  it("sorts any numbers as their order says", () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(numbers, (values) => {
        // the target is the rank among different values, so a deep tree predicts it exactly: but
        // only if it cuts in the right order
        const distinct = [...new Set(values.map((value) => value + 0))].sort((a, b) => a - b);
        const data = {
          x: tensor([values.length, 1], values),
          target: values.map((value) => distinct.indexOf(value + 0)),
        };
        expect(Array.from(predict(regressionTree(data, { maxDepth: 60 }), data.x))).toEqual(
          data.target,
        );
      }),
      { seed: 8 },
    );
  });

  it("refuses NaN, shapes that do not fit, and options out of range", () => {
    const x = tensor([2, 2], [1, 2, 3, 4]);
    expect(() => regressionTree({ x: tensor([2, 2], [1, NaN, 3, 4]), target: [1, 2] })).toThrow(
      NumericalError,
    );
    expect(() => regressionTree({ x, target: [1, Infinity] })).toThrow(NumericalError);
    expect(() => regressionTree({ x, target: [1, 1e200] })).toThrow("overflow");
    expect(() => regressionTree({ x, target: [1] })).toThrow(ShapeError);
    expect(() => regressionTree({ x: tensor([4], [1, 2, 3, 4]), target: [1, 2, 3, 4] })).toThrow(
      "[n, features]",
    );
    expect(() => regressionTree({ x: tensor([0, 2]), target: [] })).toThrow("no rows");
    const target = [1, 2];
    for (const options of [
      { maxDepth: -1 },
      { maxDepth: 1.5 },
      { minimumLeaf: 0 },
      { featuresPerSplit: 3 },
      { featuresPerSplit: 1 },
      { counts: [0, 0] },
      { counts: [1, -1] },
    ]) {
      expect(() => regressionTree({ x, target }, options), JSON.stringify(options)).toThrow(
        ConfigError,
      );
    }
    const tree = regressionTree({ x, target });
    expect(() => predict(tree, tensor([1, 3]))).toThrow("grown on 2");
    expect(() => predict(tree, tensor([1, 2], [1, NaN]))).toThrow(NumericalError);
    expect(predict(tree, tensor([0, 2])).length).toBe(0);
  });
});

import { readFileSync } from "node:fs";
import { core, forest } from "phaselens";
import { describe, expect, it } from "vitest";
import { apart, tensorOf, type Listed } from "../support/treeOracles.js";

const path = new URL("../reference/trees/classes.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as {
  cases: Record<string, Record<string, Listed>>;
};
const kinds = Object.keys(cases).flatMap((name) =>
  (["gini", "entropy"] as const).map((criterion) => [name, criterion] as const),
);
const dataOf = ({ x, target }: Record<string, Listed>): forest.RegressionData => ({
  x: tensorOf(x),
  target: tensorOf(target).data,
});
const own = { seed: 1, jobs: 1 } as const;
const whole = { ...own, trees: 1, bootstrap: false };

describe("a forest of classes", () => {
  it.each(kinds)("of one tree of all samples (%s, %s) is scikit-learn's tree", async (name, by) => {
    const grow = { ...whole, criterion: by };
    const data = dataOf(cases[name]);
    const test = tensorOf(cases[name].test);
    const large = { ...grow, maxDepth: 2, minimumLeaf: 20 }; // smaller nodes have ties
    const plain = forest.predict(await forest.randomForest(data, large), test);
    expect(apart(plain, tensorOf(cases[name][by]).data)).toBeLessThan(1e-11);
    const weights = tensorOf(cases[name].weights).data;
    const small = { ...grow, maxDepth: 5, minimumLeaf: 6 };
    const weighed = forest.predict(await forest.randomForest({ ...data, weights }, small), test);
    expect(apart(weighed, tensorOf(cases[name][`${by}-weights`]).data)).toBeLessThan(1e-11);
  });

  it.each(kinds)("of %s by %s is as accurate as scikit-learn's, out of bag", async (name, by) => {
    const found = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (seed) => {
        const grow = { seed, jobs: 1, trees: 50, maxDepth: 8, criterion: by };
        return (await forest.randomForest(dataOf(cases[name]), grow)).outOfBag!.accuracy;
      }),
    );
    const wanted = tensorOf(cases[name][`${by}-accuracy`]).data;
    const error = Math.sqrt((core.variance(found) + core.variance(wanted)) / 6);
    expect(Math.abs(core.mean(found) - core.mean(wanted))).toBeLessThan(4 * error);
  });

  it("has probabilities out of bag that are those of trees without the sample", async () => {
    const data = dataOf(cases.three);
    const model = await forest.randomForest(data, { ...own, criterion: "gini", trees: 1 });
    const { rows, probability, accuracy } = model.outOfBag!;
    const all = forest.predict(model, data.x);
    const right = Array.from(rows, (s, m) => {
      const mine = Array.from(probability.data.subarray(3 * m, 3 * m + 3));
      expect(mine).toEqual(Array.from(all.subarray(3 * s, 3 * s + 3)));
      return mine.indexOf(Math.max(...mine)) === data.target[s] ? 1 : 0;
    });
    expect(rows.length).toBeGreaterThan(60);
    expect(accuracy).toBe(core.mean(right));
  });

  it("has contributions and Shapley values of each class that add up, and to 0 over classes", async () => {
    const data = dataOf(cases.three);
    const model = await forest.randomForest(data, { ...own, criterion: "entropy", trees: 7 });
    const test = tensorOf(cases.three.test);
    const prediction = forest.predict(model, test);
    const both = [
      forest.contributions(model, test),
      await forest.shapley(model, test, { errors: "trees", jobs: 1 }),
    ];
    for (const { bias, contributions } of both) {
      expect(contributions.shape).toEqual([60, 3, 6]);
      prediction.forEach((p, at) => {
        const parts = contributions.data.subarray(6 * at, 6 * at + 6);
        expect(parts.reduce((sum, part) => sum + part, bias[at % 3])).toBeCloseTo(p, 12);
      });
      const [first, second, third] = [0, 6, 12].map((from) => contributions.data[from]);
      expect(first + second + third).toBeCloseTo(0, 12);
    }
    // the bias of a tree is what its root holds: the parts of the classes
    const one = await forest.randomForest(data, { ...whole, criterion: "gini" });
    const parts = [0, 1, 2].map((k) => core.mean(Array.from(data.target, (y) => +(y === k))));
    expect(apart(forest.contributions(one, test).bias, parts)).toBeLessThan(1e-12);
  });

  it("of two classes by gini splits as the regression of their numbers does", async () => {
    const data = dataOf(cases.binary);
    const classes = await forest.randomForest(data, { ...own, criterion: "gini", trees: 5 });
    const numbers = await forest.randomForest(data, { ...own, trees: 5 });
    const second = forest.predict(classes, data.x).filter((_, at) => at % 2 === 1);
    expect(apart(second, forest.predict(numbers, data.x))).toBeLessThan(1e-12);
  });

  it("counts a sample of weight 2 as two, and one of weight 0 not at all", async () => {
    const { x, target } = dataOf(cases.three);
    const weights = Array.from(target, (_, n) => n % 3);
    const rows = weights.flatMap((w, n) => new Array<number>(w).fill(n));
    const copies = { x: core.takeRows(x, rows), target: rows.map((n) => target[n]) };
    const grow = { ...whole, criterion: "gini" } as const;
    const weighed = forest.predict(await forest.randomForest({ x, target, weights }, grow), x);
    const copied = forest.predict(await forest.randomForest(copies, grow), x);
    expect(apart(weighed, copied)).toBeLessThan(1e-12);
  });

  it("does not depend on the number of threads", async () => {
    const data = dataOf(cases.three);
    const grow = { seed: 3, criterion: "gini", trees: 4 } as const;
    const one = await forest.randomForest(data, { ...grow, jobs: 1 });
    expect(await forest.randomForest(data, { ...grow, jobs: 2 })).toEqual(one);
  });

  it("refuses labels that are none, and classes without samples", async () => {
    const x = core.tensor([3, 1], [1, 2, 3]);
    const grow = { ...whole, criterion: "gini" } as const;
    await expect(forest.randomForest({ x, target: [0, 0.5, 1] }, grow)).rejects.toThrow(
      'randomForest: target 1 is 0.5; labels of "gini" are whole numbers',
    );
    await expect(forest.randomForest({ x, target: [0, 2, 2] }, grow)).rejects.toThrow(
      "no sample is of class 1 of 3",
    );
  });
});

import fc from "fast-check";
import { ConfigError, DataError, makeRng, NumericalError, row, tensor } from "phaselens/core";
import {
  chooseDepth,
  contributions,
  forestFromJson,
  forestToJson,
  predict,
  randomForest,
  type GrownForest,
} from "phaselens/forest";
import { beforeAll, describe, expect, it } from "vitest";
import { observablesLike } from "../support/naiveTree.mjs";
import { regressionTree } from "phaselens/internal/forest/regressionTree";
import { treeDepth } from "phaselens/internal/forest/tree";

const training = observablesLike(1400, makeRng(1, "forest training"));
const test = observablesLike(700, makeRng(1, "forest test"));
const rmse = (prediction: ArrayLike<number>, target: ArrayLike<number>): number =>
  Math.sqrt(
    Array.from(prediction).reduce((sum, value, k) => sum + (value - target[k]) ** 2, 0) /
      target.length,
  );

let forest: GrownForest;
beforeAll(async () => {
  forest = await randomForest(training, { seed: 3 });
});

describe("a random forest", () => {
  it("is that of the paper by default: 10 trees of depth 10, on bootstrap samples", () => {
    expect(forest.trees.map(treeDepth)).toEqual(new Array(10).fill(10));
    for (const tree of forest.trees) expect(tree.samples[0]).toBe(1400);
    expect(new Set(forest.trees.map((tree) => tree.value[0])).size).toBe(10);
  });

  it("predicts the mean of its trees, better than one of them", () => {
    const each = forest.trees.map((tree) => predict(tree, test.x));
    const prediction = predict(forest, test.x);
    for (let n = 0; n < 700; n++)
      expect(prediction[n]).toBeCloseTo(each.reduce((sum, one) => sum + one[n], 0) / 10, 14);
    expect(rmse(prediction, test.target)).toBeLessThan(
      0.9 * Math.min(...each.map((one) => rmse(one, test.target))),
    );
  });

  it("does not depend on the number of workers", async () => {
    expect(await randomForest(training, { seed: 3, jobs: 2 })).toEqual(forest);
    expect(await randomForest(training, { seed: 3, jobs: 1 })).toEqual(forest);
  }, 60_000);

  it("keeps its trees when more are added, and has others for another seed", async () => {
    const more = await randomForest(training, { seed: 3, trees: 12 });
    expect(more.trees.slice(0, 10)).toEqual(forest.trees);
    const other = await randomForest(training, { seed: 4, trees: 1 });
    expect(other.trees[0]).not.toEqual(forest.trees[0]);
  });

  it("without a bootstrap and with the features in order is one tree", async () => {
    const data = {
      x: tensor(
        [training.x.shape[0], 1],
        training.x.data.filter((_, i) => i % 18 === 0),
      ),
      target: training.target,
    };
    const same = await randomForest(data, { seed: 1, trees: 2, bootstrap: false });
    expect(same.outOfBag).toBeUndefined();
    for (const tree of same.trees) expect(tree).toEqual(regressionTree(data));
  });

  it("draws features anew for each tree, also where all trees see the same samples", async () => {
    const { trees } = await randomForest(training, {
      seed: 1,
      trees: 8,
      bootstrap: false,
      featuresPerSplit: 1,
      maxDepth: 2,
    });
    expect(new Set(trees.map(({ feature }) => String(feature))).size).toBeGreaterThan(6);
  });

  it("has an out-of-bag error that is the error on samples it has not seen", async () => {
    // one tree: about n/e samples; two standard deviations of that count are 36
    const single = (await randomForest(training, { seed: 5, trees: 1 })).outOfBag!;
    expect(Math.abs(single.rows.length - 1400 / Math.E)).toBeLessThan(36);
    // it takes all trees for a test sample and about 3.7 of 10 for a training sample, so between
    // one tree and the forest
    const alone = rmse(predict(forest.trees[0], test.x), test.target);
    const together = rmse(predict(forest, test.x), test.target);
    expect(forest.outOfBag!.rmse).toBeGreaterThan(together);
    expect(forest.outOfBag!.rmse).toBeLessThan(alone);
    expect(rmse(predict(forest, training.x), training.target)).toBeLessThan(0.8 * together);
    expect(
      rmse(
        forest.outOfBag!.prediction,
        Array.from(forest.outOfBag!.rows, (k) => training.target[k]),
      ),
    ).toBeCloseTo(forest.outOfBag!.rmse, 14);
  });

  it("has no out-of-bag error on a single sample, which every tree has seen", async () => {
    const one = await randomForest({ x: tensor([1, 2], [3, 4]), target: [0.7] }, { seed: 1 });
    expect(one.outOfBag).toBeUndefined();
    expect(predict(one, tensor([1, 2], [0, 0]))[0]).toBeCloseTo(0.7, 15);
  });

  it("chooses equal features equally often", () => {
    // G(t) and G(16 − t) are the same numbers, and what is asked first in a node is drawn: 4 σ of a
    // fair coin, false alarm 6e-5
    const asked = new Float64Array(18);
    for (const tree of forest.trees)
      tree.feature.forEach((feature) => feature >= 0 && asked[feature]++);
    const [early, late] = [3, 4, 5, 6, 7, 8, 9]
      .map((f) => [asked[f], asked[20 - f]])
      .reduce(([a, b], [c, d]) => [a + c, b + d]);
    expect(early + late).toBeGreaterThan(500);
    expect(Math.abs(early - late)).toBeLessThan(4 * Math.sqrt(early + late));
  });

  it("refuses NaN, no trees, and a seed that is none", async () => {
    await expect(
      randomForest({ x: tensor([1, 1], [NaN]), target: [1] }, { seed: 1 }),
    ).rejects.toThrow(NumericalError);
    await expect(randomForest(training, { seed: 1, trees: 0 })).rejects.toThrow(ConfigError);
    await expect(randomForest(training, { seed: 0.5 })).rejects.toThrow(ConfigError);
    await expect(randomForest(training, { seed: 1, maxDepth: NaN })).rejects.toThrow(
      "maxDepth is NaN",
    );
  });
});

describe("contributions", () => {
  it("and bias sum to the prediction, Eq. (D1), to 1e-12", async () => {
    const { bias, contributions: parts, prediction } = contributions(forest, test.x);
    expect(prediction).toEqual(predict(forest, test.x));
    for (let n = 0; n < 700; n++)
      expect(
        Math.abs(row(parts, n).reduce((sum, part) => sum + part, bias) - prediction[n]),
      ).toBeLessThan(1e-12);
    const tables = fc.array(
      fc.tuple(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 2 }),
        fc.double({ min: -9, max: 9, noNaN: true }),
      ),
      { minLength: 1, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(tables, fc.integer({ min: 1, max: 3 }), async (rows, trees) => {
        const data = {
          x: tensor(
            [rows.length, 2],
            rows.flatMap(([a, b]) => [a, b]),
          ),
          target: rows.map(([, , y]) => y),
        };
        const found = contributions(await randomForest(data, { seed: 1, trees }), data.x);
        for (let n = 0; n < rows.length; n++) {
          expect(
            Math.abs(
              found.bias +
                found.contributions.data[2 * n] +
                found.contributions.data[2 * n + 1] -
                found.prediction[n],
            ),
          ).toBeLessThan(1e-12);
        }
      }),
      { seed: 9, numRuns: 60 },
    );
  });

  it("of a tree by hand: each step's change belongs to the feature it asked for", () => {
    // the root asks for feature 1 (means 5/4 → 0 and 5/2), its right child for feature 0 (5/2 → 2
    // and 3)
    const data = { x: tensor([4, 2], [0, 0, 1, 0, 0, 1, 1, 1]), target: [0, 0, 2, 3] };
    const found = contributions(regressionTree(data), data.x);
    expect(found.bias).toBe(1.25);
    expect(Array.from(found.contributions.data)).toEqual([
      0, -1.25, 0, -1.25, -0.5, 1.25, 0.5, 1.25,
    ]);
  });

  it("of features that no node asks for are zero", () => {
    const found = contributions(
      regressionTree({ x: tensor([3, 2], [7, 1, 7, 2, 7, 3]), target: [1, 2, 3] }),
      tensor([1, 2], [100, 2]),
    );
    expect(Array.from(found.contributions.data)).toEqual([0, 0]);
    expect(Array.from(found.prediction)).toEqual([2]);
  });
});

describe("chooseDepth", () => {
  it("reduces the depth until training and test accuracy meet, and shows the whole curve", async () => {
    const options = { seed: 2, trees: 5, maxDepth: 16, tolerance: 0.02 };
    const { depth, curve, forest: chosen } = await chooseDepth(training, test, options);
    expect(curve.map((point) => point.depth)).toEqual(curve.map((_, k) => k));
    for (const point of curve) {
      if (point.depth > depth)
        expect(point.trainingAccuracy - point.testAccuracy).toBeGreaterThan(0.02);
    }
    expect(curve[depth].trainingAccuracy - curve[depth].testAccuracy).toBeLessThanOrEqual(0.02);
    expect(depth).toBeGreaterThan(2);
    expect(depth).toBeLessThan(curve.length - 1);
    expect(chosen.trees).toEqual(
      (await randomForest(training, { seed: 2, trees: 5, maxDepth: depth })).trees,
    );
  });

  it("measures at each depth what a forest of that depth predicts", async () => {
    const { curve } = await chooseDepth(training, test, { seed: 2, trees: 3, maxDepth: 8 });
    for (const depth of [0, 2, 8]) {
      const grown = await randomForest(training, { seed: 2, trees: 3, maxDepth: depth });
      expect(curve[depth].trainingRmse).toBeCloseTo(
        rmse(predict(grown, training.x), training.target),
        13,
      );
      expect(curve[depth].testRmse).toBeCloseTo(rmse(predict(grown, test.x), test.target), 13);
    }
    expect(Math.abs(curve[0].trainingAccuracy)).toBeLessThan(0.01); // the mean explains nothing
  });

  it("takes depth 0 where nothing can be learnt, and refuses a negative tolerance", async () => {
    const constant = { x: tensor([3, 1], [1, 2, 3]), target: [4, 4, 4] };
    const { depth, curve } = await chooseDepth(constant, constant, { seed: 1 });
    expect(depth).toBe(0);
    expect(curve).toEqual([
      { depth: 0, trainingRmse: 0, testRmse: 0, trainingAccuracy: 1, testAccuracy: 1 },
    ]);
    await expect(chooseDepth(constant, constant, { seed: 1, tolerance: -1 })).rejects.toThrow(
      ConfigError,
    );
  });
});

describe("a forest as JSON", () => {
  it("comes back number for number", () => {
    const back = forestFromJson(JSON.parse(JSON.stringify(forestToJson(forest))));
    expect(back.trees).toEqual(forest.trees);
    expect(predict(back, test.x)).toEqual(predict(forest, test.x));
  });

  it("is refused with the place if anything in it is not as it must be", () => {
    type Json = {
      format?: unknown;
      version?: unknown;
      features?: unknown;
      trees: Record<string, unknown[]>[];
    };
    const small = regressionTree({ x: tensor([3, 1], [1, 2, 3]), target: [1, 2, 4] });
    const damaged = (damage: (json: Json) => void): (() => unknown) => {
      const json = JSON.parse(
        JSON.stringify(forestToJson({ features: 1, trees: [small] })),
      ) as Json;
      damage(json);
      return () => forestFromJson(json, "f.json");
    };
    expect(damaged(() => {})()).toEqual({ features: 1, trees: [small] });
    const damages: [string, (json: Json) => void][] = [
      ["version", (json) => (json.version = 2)],
      ["format", (json) => delete json.format],
      ["features", (json) => (json.features = 0)],
      ["trees", (json) => (json.trees = [])],
      ["trees[0].value[1]", (json) => (json.trees[0].value[1] = null)],
      ["entries", (json) => json.trees[0].value.pop()],
      ["feature[0] is 7", (json) => (json.trees[0].feature[0] = 7)],
      ["left[0] is 0", (json) => (json.trees[0].left[0] = 0)], // a circle
      ["left[0] is 99", (json) => (json.trees[0].left[0] = 99)],
      ["samples[1] is 0", (json) => (json.trees[0].samples[1] = 0)],
      ["another number of samples", (json) => (json.trees[0].samples[1] = 9)],
      [
        "no parent",
        (json) =>
          Object.values(json.trees[0]).forEach((list, k) => list.push([-1, 0, -1, 0, 1][k])),
      ],
      ["children", (json) => Object.values(json.trees[0]).forEach((list) => list.pop())],
    ];
    for (const [place, damage] of damages) {
      expect(damaged(damage), place).toThrow(DataError);
      expect(damaged(damage), place).toThrow(`f.json: `);
      expect(damaged(damage), place).toThrow(place);
    }
    for (const nothing of [null, 3, "{}", [], undefined])
      expect(() => forestFromJson(nothing)).toThrow(DataError);
  });
});

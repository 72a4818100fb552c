import { readFileSync } from "node:fs";
import { core, forest } from "phaselens";
import { describe, expect, it } from "vitest";
import { regressionTree } from "phaselens/internal/forest/regressionTree";
import { apart, tensorOf, type Listed } from "../support/treeOracles.js";

const path = new URL("../reference/trees/boosting.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as {
  cases: Record<string, Record<"x" | "target" | "weights" | "test" | "response", Listed>>;
};
const losses = { value: "squared error", binary: "logistic", three: "softmax" } as const;

const rng = core.makeRng(1);
const numbers = (n: number, features: number): core.Tensor =>
  core.tensor(
    [n, features],
    Array.from({ length: n * features }, () => Math.round(8 * rng.normal()) / 4),
  );

describe("gradient boosting", () => {
  it.each(Object.entries(cases))("of %s predicts what scikit-learn's does", async (name, own) => {
    const loss = losses[name.split("-")[0] as keyof typeof losses];
    const options = { loss, rounds: 8, maxLeaves: 6, minimumLeaf: 7, l2: 0.5 };
    const data = {
      x: tensorOf(own.x),
      target: tensorOf(own.target).data,
      weights: tensorOf(own.weights).data,
    };
    const model = await forest.gradientBoosting(data, options);
    const found = forest.predict(model, tensorOf(own.test));
    const wanted = tensorOf(own.response).data;
    const second = wanted.filter((_, k) => k % 2 === 1); // of two classes both are there
    // gradients are in single precision there
    expect(apart(found, loss === "logistic" ? second : wanted)).toBeLessThan(2e-6);
  });

  it("in one step of whole length is the regression tree of exact splits", async () => {
    const x = numbers(120, 3);
    const target = Array.from(
      { length: 120 },
      (_, n) => x.data[3 * n] * x.data[3 * n + 1] + rng.normal(),
    );
    const whole = { rounds: 1, learningRate: 1, maxLeaves: 64, maxDepth: 5, minimumLeaf: 4 };
    const model = await forest.gradientBoosting({ x, target }, whole);
    const tree = regressionTree({ x, target }, { maxDepth: 5, minimumLeaf: 4 });
    expect(apart(forest.predict(model, x), forest.predict(tree, x))).toBeLessThan(1e-12);
  });

  it("counts a sample of weight 2 as two, and one of weight 0 not at all", async () => {
    const x = numbers(60, 2);
    const target = Array.from({ length: 60 }, (_, n) => x.data[2 * n] + rng.normal());
    const weights = Array.from({ length: 60 }, (_, n) => n % 3);
    const rows = weights.flatMap((w, n) => new Array<number>(w).fill(n));
    const copies = { x: core.takeRows(x, rows), target: rows.map((n) => target[n]) };
    // leaves of one sample: how many samples a leaf has is counted, not weighed
    const options = { rounds: 3, minimumLeaf: 1, maxLeaves: 8 };
    const weighed = await forest.gradientBoosting({ x, target, weights }, options);
    const copied = await forest.gradientBoosting(copies, options);
    expect(apart(forest.predict(weighed, x), forest.predict(copied, x))).toBeLessThan(1e-12);
  });

  it("has contributions that add up, to probabilities of classes too", async () => {
    const x = numbers(150, 3);
    const target = Array.from({ length: 150 }, (_, n) =>
      x.data[3 * n] > 0.5 ? 2 : x.data[3 * n + 1] > 0 ? 1 : 0,
    );
    const model = await forest.gradientBoosting({ x, target }, { loss: "softmax", rounds: 5 });
    const found = await forest.shapley(model, x, { output: "response" });
    const prediction = forest.predict(model, x);
    prediction.forEach((p, at) => {
      const own = found.contributions.data.subarray(3 * at, 3 * at + 3);
      expect(own.reduce((sum, part) => sum + part, found.bias[at % 3])).toBeCloseTo(p, 12);
    });
    expect(core.mean(target.map((y, n) => prediction[3 * n + y]))).toBeGreaterThan(0.5);
  });

  it("grows leaves of one sample to the last, and refuses more histograms than memory holds", async () => {
    const few = core.tensor(
      [64, 1],
      Array.from({ length: 64 }, (_, n) => n),
    );
    const target = Array.from({ length: 64 }, (_, n) => (n * 37) % 64);
    const alone = { minimumLeaf: 1, maxLeaves: 10_000, rounds: 1, learningRate: 1 };
    const model = await forest.gradientBoosting({ x: few, target }, alone);
    expect(apart(forest.predict(model, few), target)).toBeLessThan(1e-9);
    const many = core.tensor(
      [60_000, 40],
      new Float64Array(2_400_000).map((_, k) => k % 5077),
    );
    await expect(
      forest.gradientBoosting(
        { x: many, target: many.data.slice(0, 60_000) },
        { ...alone, maxLeaves: 60_000 },
      ),
    ).rejects.toThrow("at most 4 are possible");
  });

  it("refuses labels that are none, classes without samples, and infinite values", async () => {
    const x = numbers(4, 1);
    const grow = (target: number[], loss: "logistic" | "softmax"): Promise<unknown> =>
      forest.gradientBoosting({ x, target }, { loss });
    await expect(grow([0, 1, 2, 1], "logistic")).rejects.toThrow("whole numbers from 0 to 1");
    await expect(grow([0, 0, 2, 2], "softmax")).rejects.toThrow("no sample is of class 1 of 3");
    await expect(grow([1, 1, 1, 1], "logistic")).rejects.toThrow("class 0 of 2");
    const infinite = core.tensor([2, 1], [1, Infinity]);
    await expect(forest.gradientBoosting({ x: infinite, target: [1, 2] })).rejects.toThrow(
      "Infinity",
    );
  });
});

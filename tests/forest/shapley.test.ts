import { core, forest } from "phaselens";
import { row } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { gaussLegendre } from "phaselens/internal/forest/shapley/quadrature";
import { lineMeans } from "phaselens/internal/forest/shapley/lineMeans";
import { addPair } from "phaselens/internal/forest/shapley/pairwise";
import { responses } from "phaselens/internal/forest/ensemble/link";
import { gameOf, slowPairs, slowShapley } from "../support/shapleyTwin.js";
import {
  apart,
  readOracle,
  tensorOf,
  treeOracles,
  type Library,
  type TreeOracle,
} from "../support/treeOracles.js";

const all = (["xgboost", "lightgbm", "catboost", "sklearn"] as Library[]).flatMap((library) =>
  treeOracles(library).map(([name, oracle]) => ({ library, name, oracle })),
);
const having = (key: keyof TreeOracle): typeof all => all.filter(({ oracle }) => oracle[key]);

/** Without the bias, which the libraries write behind the features. */
function withoutBias(listed: core.Tensor, features: number): number[] {
  return Array.from(listed.data).filter((_, k) => k % (features + 1) < features);
}
/** shap has outputs last. */
function outputsFirst({ shape, data }: core.Tensor): Float64Array {
  if (shape.length < 3) return data;
  const [, features, outputs] = shape;
  return data.map((_, at) => {
    const [s, k, f] = [
      Math.floor(at / (features * outputs)),
      Math.floor(at / features) % outputs,
      at % features,
    ];
    return data[(s * features + f) * outputs + k];
  });
}

describe("path-dependent Shapley values", () => {
  it.each(having("contributions"))(
    "of $library $name are its own, to 1e-6",
    async ({ library, name, oracle }) => {
      const model = readOracle(library, name, oracle);
      const found = await forest.shapley(model.forest, tensorOf(oracle.x));
      const wanted = withoutBias(tensorOf(oracle.contributions!), model.forest.features);
      expect(apart(found.contributions.data, wanted)).toBeLessThan(1e-6);
    },
  );

  it.each(all.filter(({ library }) => library !== "sklearn"))(
    "of $library $name are those of all 2^M sets, and pairs too",
    async ({ library, name, oracle }) => {
      const model = readOracle(library, name, oracle).forest;
      const x = tensorOf(oracle.x);
      const rows = core.takeRows(x, [0, 5, x.shape[0] - 1]);
      const { contributions: found } = await forest.shapley(model, rows);
      const { interactions: pairs } = forest.interactions(model, rows);
      for (let s = 0; s < 3; s++)
        for (let k = 0; k < model.outputs; k++) {
          const game = gameOf(model, k, row(rows, s));
          const at = (s * model.outputs + k) * model.features;
          const own = found.data.subarray(at, at + model.features);
          expect(apart(own, slowShapley(game, model.features))).toBeLessThan(1e-12);
          slowPairs(game, model.features).forEach((wanted, i) => {
            const line = Array.from(
              pairs.data.subarray((at + i) * model.features, (at + i + 1) * model.features),
            );
            line[i] = 0;
            expect(apart(line, wanted)).toBeLessThan(1e-12);
          });
        }
    },
  );

  it.each(having("interactions"))(
    "of pairs of $library $name are its own, to 1e-6",
    ({ library, name, oracle }) => {
      const { forest: model } = readOracle(library, name, oracle);
      const { features } = model;
      const wanted = tensorOf(oracle.interactions!).data.filter(
        (_, at) =>
          at % (features + 1) < features &&
          Math.floor(at / (features + 1)) % (features + 1) < features,
      );
      expect(
        apart(forest.interactions(model, tensorOf(oracle.x)).interactions.data, wanted),
      ).toBeLessThan(1e-6);
    },
  );
});

describe("contributions of Saabas", () => {
  it.each(having("approximate"))(
    "of $library $name are its approximate ones, to 1e-6",
    ({ library, name, oracle }) => {
      const { forest: model } = readOracle(library, name, oracle);
      const found = forest.contributions(model, tensorOf(oracle.x));
      const wanted = withoutBias(tensorOf(oracle.approximate!), model.features);
      expect(apart(found.contributions.data, wanted)).toBeLessThan(1e-6);
    },
  );
});

describe("interventional Shapley values", () => {
  it.each(having("interventional"))(
    "of $library $name are those of shap, to 1e-6",
    async ({ library, name, oracle }) => {
      const { forest: model } = readOracle(library, name, oracle);
      const background = tensorOf(oracle.background!);
      const found = await forest.shapley(model, tensorOf(oracle.x), { background });
      const wanted = outputsFirst(tensorOf(oracle.interventional!));
      expect(apart(found.contributions.data.subarray(0, wanted.length), wanted)).toBeLessThan(1e-6);
    },
  );

  it.each(having("probability"))(
    "of the probability of $library $name too",
    async ({ library, name, oracle }) => {
      const { forest: model } = readOracle(library, name, oracle);
      const background = tensorOf(oracle.background!);
      const found = await forest.shapley(model, tensorOf(oracle.x), {
        background,
        output: "response",
      });
      const wanted = tensorOf(oracle.probability!).data;
      expect(apart(found.contributions.data.subarray(0, wanted.length), wanted)).toBeLessThan(1e-6);
    },
  );

  it.each(having("background"))(
    "of $library $name are those of all 2^M sets, and of each pair",
    async ({ library, name, oracle }) => {
      const { forest: model } = readOracle(library, name, oracle);
      const x = core.takeRows(tensorOf(oracle.x), [1, 7]);
      const background = tensorOf(oracle.background!);
      const ground = Array.from({ length: background.shape[0] }, (_, b) => row(background, b));
      const { contributions: found } = await forest.shapley(model, x, { background });
      const paired = await forest.shapley(model, x, { background, errors: "background" });
      expect(apart(paired.contributions.data, found.data)).toBeLessThan(1e-12);
      for (let s = 0; s < 2; s++)
        for (let k = 0; k < model.outputs; k++) {
          const wanted = slowShapley(gameOf(model, k, row(x, s), ground), model.features);
          const at = (s * model.outputs + k) * model.features;
          expect(apart(found.data.subarray(at, at + model.features), wanted)).toBeLessThan(1e-12);
        }
    },
  );
});

describe("contributions", () => {
  it.each(all)(
    "of $library $name and bias sum to the prediction, in margin and response",
    async ({ library, name, oracle }) => {
      let { forest: model } = readOracle(library, name, oracle);
      const x = tensorOf(oracle.x);
      const background = core.takeRows(x, [0, 2, 3]);
      if (!model.members[0].cover) model = forest.withCover(model, x);
      for (const output of ["margin", "response"] as const) {
        const prediction = forest.predict(model, x, { output });
        for (const found of [
          forest.contributions(model, x, { output }),
          await forest.shapley(model, x, { output }),
          await forest.shapley(model, x, { output, background }),
        ]) {
          expect(apart(found.prediction, prediction)).toBe(0);
          const sums = prediction.map((_, at) => {
            const own = found.contributions.data.subarray(
              at * model.features,
              (at + 1) * model.features,
            );
            return own.reduce((sum, part) => sum + part, found.bias[at % model.outputs]);
          });
          expect(apart(sums, prediction)).toBeLessThan(1e-12);
        }
      }
    },
  );

  it("of a forest grown here are its own, whichever function is asked", async () => {
    const rng = core.makeRng(1);
    const x = core.tensor(
      [80, 3],
      Array.from({ length: 240 }, () => rng.normal()),
    );
    const target = Array.from({ length: 80 }, (_, n) => x.data[3 * n] * x.data[3 * n + 1]);
    const grown = await forest.randomForest(
      { x, target },
      { seed: 1, trees: 4, maxDepth: 5, jobs: 1 },
    );
    const own = forest.contributions(grown, x);
    const common = forest.contributions(forest.withCover(grown, x), x);
    expect(apart(common.prediction, own.prediction)).toBe(0);
    const values = await forest.shapley(grown, x);
    expect(values.bias[0]).toBeCloseTo(own.bias, 12);
    expect(apart(values.prediction, own.prediction)).toBe(0);
    // of one feature a tree has nothing to share out
    const single = await forest.randomForest(
      { x: core.tensor([80, 1], target), target },
      { seed: 1, jobs: 1 },
    );
    const one = core.tensor([80, 1], target);
    expect(
      apart(
        (await forest.shapley(single, one)).contributions.data,
        forest.contributions(single, one).contributions.data,
      ),
    ).toBeLessThan(1e-12);
  });

  it("do not depend on the number of workers", async () => {
    const rng = core.makeRng(2);
    const x = core.tensor(
      [2100, 3],
      Array.from({ length: 6300 }, () => rng.normal()),
    );
    const target = Array.from({ length: 2100 }, (_, n) => x.data[3 * n] * x.data[3 * n + 1]);
    const grown = await forest.randomForest({ x, target }, { seed: 1, trees: 3, jobs: 1 });
    expect(await forest.shapley(grown, x, { jobs: 2 })).toEqual(
      await forest.shapley(grown, x, { jobs: 1 }),
    );
  });

  it("have errors that are those of many bootstraps, of trees and of a background", async () => {
    const rng = core.makeRng(3);
    const x = core.tensor(
      [60, 2],
      Array.from({ length: 120 }, () => rng.normal()),
    );
    const target = Array.from({ length: 60 }, (_, n) => x.data[2 * n] + x.data[2 * n + 1]);
    const grown = await forest.randomForest(
      { x, target },
      { seed: 1, trees: 8, maxDepth: 3, jobs: 1 },
    );
    const one = core.takeRows(x, [4]);
    const draws = 3000;
    const bootstrap = async (
      value: (draw: () => number) => Promise<Float64Array>,
    ): Promise<number[]> => {
      const found: Float64Array[] = [];
      for (let b = 0; b < draws; b++) found.push(await value(() => rng.uniform()));
      return [0, 1].map((f) => Math.sqrt(core.variance(found.map((own) => own[f]))));
    };
    // a standard deviation of 3000 draws is known to 1.3 %: 4 of these
    const each = await Promise.all(
      grown.trees.map(async (tree) => (await forest.shapley(tree, one)).contributions.data),
    );
    const resampled = await bootstrap((draw) => {
      const drawn = each.map(() => each[Math.floor(8 * draw())]);
      return Promise.resolve(
        Float64Array.from([0, 1], (f) => drawn.reduce((sum, own) => sum + own[f] / 8, 0)),
      );
    });
    const { error } = await forest.shapley(grown, one, { errors: "trees" });
    resampled.forEach((wanted, f) =>
      expect(Math.abs(error!.data[f] / wanted - 1)).toBeLessThan(0.055),
    );
    const pairs = await Promise.all(
      Array.from(
        { length: 60 },
        async (_, b) =>
          (await forest.shapley(grown, one, { background: core.takeRows(x, [b]) })).contributions
            .data,
      ),
    );
    const ground = await bootstrap((draw) => {
      const drawn = pairs.map(() => pairs[Math.floor(60 * draw())]);
      return Promise.resolve(
        Float64Array.from([0, 1], (f) => drawn.reduce((sum, own) => sum + own[f] / 60, 0)),
      );
    });
    const found = await forest.shapley(grown, one, { background: x, errors: "background" });
    ground.forEach((wanted, f) =>
      expect(Math.abs(found.error!.data[f] / wanted - 1)).toBeLessThan(0.055),
    );
  });

  it("are refused where there is nothing that they could be", async () => {
    const [, oracle] = treeOracles("sklearn")[0];
    const { forest: model } = readOracle("sklearn", "a", oracle);
    const x = tensorOf(oracle.x);
    await expect(forest.shapley(model, x)).rejects.toThrow(
      "forest.withCover(model, x), or give a background",
    );
    expect(() => forest.contributions(model, x)).toThrow("training samples reached each node");
    const boosted = readOracle("xgboost", "a.json", treeOracles("xgboost")[0][1]).forest;
    await expect(forest.shapley(boosted, x, { errors: "trees" })).rejects.toThrow(
      "no sample of trees",
    );
    await expect(forest.shapley(boosted, x, { errors: "background" })).rejects.toThrow(
      "background is undefined",
    );
    await expect(forest.shapley(boosted, core.tensor([1, 2]))).rejects.toThrow("2 features");
  });
});

describe("inside", () => {
  it("Gauss-Legendre integrates powers up to 2n − 1 exactly", () => {
    for (let n = 1; n <= 24; n++) {
      const { points, weights } = gaussLegendre(n);
      for (let degree = 0; degree < 2 * n; degree++) {
        const sum = points.reduce((all, t, k) => all + weights[k] * powerOf(t, degree), 0);
        expect(Math.abs(sum * (degree + 1) - 1)).toBeLessThan(1e-12);
      }
    }
  });

  it("many samples by patterns have the values of few along edges", async () => {
    const oracles = treeOracles("xgboost").filter(([, oracle]) => oracle.contributions);
    for (const [name, oracle] of [...oracles, ...treeOracles("catboost")]) {
      const library = oracle.contributions ? "xgboost" : "catboost";
      const { forest: model } = readOracle(library, name, oracle);
      const x = tensorOf(oracle.x);
      const few = (await forest.shapley(model, x)).contributions.data;
      const rows = Array.from({ length: 8 * x.shape[0] }, (_, k) => k % x.shape[0]);
      const { contributions } = await forest.shapley(model, core.takeRows(x, rows));
      expect(apart(contributions.data.subarray(0, few.length), few)).toBeLessThan(1e-13);
      expect(apart(contributions.data.slice(-few.length), few)).toBeLessThan(1e-13);
    }
  });

  it("paths of more features than bits are walked pair by pair, to the same values", async () => {
    // a comb that asks for 34 features, one below the other
    const features = 34;
    const nodes = 2 * features + 1;
    const inner = (k: number): boolean => k % 2 === 0 && k < 2 * features;
    const list = { length: nodes };
    const tree = {
      output: 0, width: 1, sets: [],
      feature: Int32Array.from(list, (_, k) => (inner(k) ? k / 2 : -1)),
      threshold: new Float64Array(nodes),
      asks: new Uint8Array(nodes),
      left: Int32Array.from(list, (_, k) => (inner(k) ? k + 1 : -1)),
      right: Int32Array.from(list, (_, k) => (inner(k) ? k + 2 : -1)),
      missingLeft: new Uint8Array(nodes),
      value: Float64Array.from(list, (_, k) => (inner(k) ? 0 : Math.sin(k))),
      cover: Float64Array.from(list, (_, k) => (inner(k) ? nodes - k : 1)),
    }; // prettier-ignore
    const model = {
      features, outputs: 1, members: [tree], aggregate: "sum", base: new Float64Array(1),
      link: "identity", slope: 1, missing: "refused",
    } as const; // prettier-ignore
    const rng = core.makeRng(4);
    const numbers = (n: number): core.Tensor =>
      core.tensor(
        [n, features],
        Array.from({ length: n * features }, () => rng.normal() + 1.5),
      );
    const [x, background] = [numbers(3), numbers(5)];
    for (const found of [
      await forest.shapley(model, x, { background }),
      await forest.shapley(model, x),
    ])
      for (let s = 0; s < 3; s++)
        expect(
          row(found.contributions, s).reduce((sum, own) => sum + own, found.bias[0]),
        ).toBeCloseTo(found.prediction[s], 12);
    const into = new Float64Array(features);
    const side = new Uint8Array(features);
    addPair({ tree, x: x.data, from: 0, z: background.data, other: 0, side, into, features });
    const one = await forest.shapley(model, core.takeRows(x, [0]), {
      background: core.takeRows(background, [0]),
    });
    expect(apart(one.contributions.data, into)).toBeLessThan(1e-14);
  });

  it("mean slopes of a link along a line give the difference of responses", () => {
    const rng = core.makeRng(5);
    for (const link of ["identity", "logistic", "softmax", "exponential", "tanh"] as const)
      for (const size of [3, 1e-9, 0, 30]) {
        const from = Float64Array.from({ length: 3 }, () => rng.normal());
        const to = from.map((m) => m + size * (rng.uniform() - 0.5));
        const slopes = new Float64Array(9);
        lineMeans(from, to, link, 0.7, slopes);
        const [p, q] = [from, to].map((m) => responses(m, 3, link, 0.7));
        for (let k = 0; k < 3; k++) {
          const sum = [0, 1, 2].reduce((all, l) => all + slopes[3 * k + l] * (to[l] - from[l]), 0);
          expect(Math.abs(sum - (q[k] - p[k]))).toBeLessThan(1e-12 * Math.max(1, Math.abs(q[k])));
        }
      }
  });
});

const powerOf = (t: number, degree: number): number => {
  let value = 1;
  for (let k = 0; k < degree; k++) value *= t;
  return value;
};

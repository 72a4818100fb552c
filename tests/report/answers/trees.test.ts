import { makeRng, tensor } from "phaselens/core";
import { randomForest, shapley } from "phaselens/forest";
import { ensembleOf } from "phaselens/internal/forest/ensemble/treeEnsemble";
import { treeAnswers } from "phaselens/internal/report/answers/treeAnswers";
import type { TreesQuestion } from "phaselens/internal/report/answers/question";
import { treeMethod } from "phaselens/internal/report/trees/treeMethods";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAllClose } from "../../support/allclose.js";

const rng = makeRng(21, "trees");
const n = 120;
/** Two that say the same, one that counts half, noise. */
const values = Array.from({ length: n }, () => {
  const a = rng.normal();
  return [a, a + 0.1 * rng.normal(), rng.normal(), rng.normal()];
});
const x = tensor([n, 4], values.flat());
const score = values.map(([a, , c]) => a + 0.5 * c);
const features = ["a", "like a", "c", "noise"];

async function asked(task: "binary" | "values"): Promise<TreesQuestion> {
  const target = tensor([n, 1], task === "binary" ? score.map((s) => (s > 0 ? 1 : 0)) : score);
  const grown = await randomForest({ x, target: target.data }, { seed: 2, trees: 20, jobs: 1 });
  return {
    title: "trees",
    name: "forest.json",
    format: "phaselens",
    features,
    ensemble: ensembleOf(grown),
    task,
    method: treeMethod("shapley", false),
    x,
    target,
    ...(task === "binary" && { classes: ["no", "yes"] }),
    output: 0,
    outputName: "the output",
    seed: 1,
    jobs: 1,
  };
}
let binary: TreesQuestion;
let regression: TreesQuestion;
beforeAll(async () => {
  binary = await asked("binary");
  regression = await asked("values");
});

describe("answers about trees", () => {
  it("share the margin out between the mean prediction and the features, as shapley does of all points", async () => {
    const answers = treeAnswers(binary);
    const all = await shapley(binary.ensemble, x, { jobs: 1 });
    for (const place of [3, 77]) {
      const { relevance } = await answers.row(place);
      expectAllClose(
        relevance.byInput[0].values,
        all.contributions.data.subarray(4 * place, 4 * place + 4),
        { rtol: 1e-12, atol: 1e-15 },
      );
      expect(relevance.rest.map(({ name }) => name)).toEqual(["baseline"]);
      expect(relevance.rest[0].value).toBeCloseTo(all.bias[0], 12);
      expect(relevance.sum + relevance.rest[0].value).toBeCloseTo(relevance.explained, 12);
    }
  });

  it("change a prediction by the nearest threshold of one feature: a fine grid finds none nearer", async () => {
    for (const question of [binary, regression]) {
      const answers = treeAnswers(question);
      const rows = await answers.rows();
      const residual = Math.sqrt(rows.reduce((sum, { loss }) => sum + loss! / n, 0));
      for (const place of [0, 11, 40, 99]) {
        const { change } = await answers.row(place);
        const spread = features.map((_, k) => {
          const own = values.map((row) => row[k]);
          const middle = own.reduce((sum, v) => sum + v / n, 0);
          const deviation = Math.sqrt(own.reduce((sum, v) => sum + (v - middle) ** 2 / n, 0));
          return { low: Math.min(...own), high: Math.max(...own), deviation };
        });
        const predictionAt = async (k: number, to: number): Promise<number> => {
          const moved = tensor([1, 4], [...values[place]]);
          moved.data[k] = to;
          return (await shapley(question.ensemble, moved, { jobs: 1 })).prediction[0];
        };
        const was = rows[place].output[0];
        const turned = (value: number): boolean =>
          question.task === "binary"
            ? value > 0.5 !== was > 0.5
            : Math.abs(value - was) >= residual;
        let nearest = Infinity;
        for (const [k, { low, high, deviation }] of spread.entries())
          for (let step = 0; step <= 200; step++) {
            const to = low + ((high - low) * step) / 200;
            const size = Math.abs(to - values[place][k]) / deviation;
            if (size < nearest && turned(await predictionAt(k, to))) nearest = size;
          }
        expect(change!.found).toBe(nearest < Infinity);
        if (!change!.found) continue;
        expect(change!.size!).toBeLessThanOrEqual(nearest);
        const [{ index, to }] = change!.entries;
        expect(turned(await predictionAt(index, to))).toBe(true);
      }
    }
  });

  it("list the labels of the largest loss and the score that permuted groups cost", async () => {
    const answers = treeAnswers(binary);
    const labels = (await answers.labels())!;
    const { rows } = answers.document;
    const largest = [...rows].sort((a, b) => b.loss! - a.loss! || a.row - b.row).slice(0, 10);
    expect(labels.rows.map(({ row }) => row)).toEqual(largest.map(({ row }) => row));
    const groups = (await answers.groups())!;
    expect(groups.score).toEqual(answers.document.whole.score);
    expect(groups.score.name).toBe("AUC");
    expect([...groups.groups[0].features].sort()).toEqual(["a", "like a"]);
    const noise = groups.groups.find((own) => own.features.includes("noise"))!;
    expect(groups.groups[0].worse).toBeGreaterThan(10 * Math.abs(noise.worse));
    const named = (await treeAnswers({ ...binary, groups: { one: ["a"] } }).groups())!;
    expect(named.groups[0].worse).toBeLessThan(groups.groups[0].worse);
  });

  it("find that contributions are faithful, that there is nothing to audit, and are plain data", async () => {
    const answers = treeAnswers(binary);
    const found = (await answers.faithfulness())!;
    expect(found.gain).toBeGreaterThan(2 * found.gainError);
    expect(found.descending[0]).toBe(found.random[0]);
    expect(await answers.audit()).toBeUndefined();
    expect(answers.document.notes.join()).toMatch(/no influence to audit/);
    const classes = (await answers.byClass())!;
    expect(classes.map(({ label }) => label)).toEqual(["no", "yes"]);
    const [mean] = classes[1].mean;
    expect(mean.values[0] + mean.values[1]).toBeGreaterThan(0);
    answers.estimates();
    const { document } = answers;
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(await treeAnswers(regression).byClass()).toBeUndefined();
  });
});

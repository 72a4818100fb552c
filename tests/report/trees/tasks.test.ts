import { core, forest, interop } from "phaselens";
import { describe, expect, it } from "vitest";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  outputsOf,
  taskOf,
  treeLosses,
  treePredictions,
} from "phaselens/internal/report/trees/treeTask";
import { tmvaWeights } from "../../support/tmvaWeights.mjs";
import { readOracle, tensorOf, treeOracles, type Library } from "../../support/treeOracles.js";

function read(library: Library, name: string): ReturnType<typeof interop.readForest> {
  return readOracle(library, name, Object.fromEntries(treeOracles(library))[name]);
}
const x = tensorOf(treeOracles("sklearn")[0][1].x);
const labels = Array.from({ length: 12 }, (_, s) => s % 3);

function lossesOf(
  model: ReturnType<typeof interop.readForest>,
  samples: core.Tensor,
  target: core.Tensor,
): { losses: number[]; response: Float64Array; predicted: unknown[] } {
  const { forest: trees, classes } = model;
  const task = taskOf(trees, classes);
  const outputs = outputsOf(trees, forest.predict(trees, samples, { output: "margin" }));
  return {
    losses: Array.from(treeLosses(trees, task, outputs, target)),
    response: outputs.response.data,
    predicted: treePredictions(trees, task, outputs).map((one) => one.predicted),
  };
}

describe("what trees predict", () => {
  it.each([
    ["xgboost", "logistic.json", "binary"],
    ["xgboost", "softprob.json", "classes"],
    ["xgboost", "squared.json", "values"],
    ["xgboost", "poisson.ubj", "values"],
    ["lightgbm", "one-versus-all", "answers"],
    ["sklearn", "forest-binary", "binary"],
    ["sklearn", "forest-three", "classes"],
    ["sklearn", "forest-regressor", "values"],
  ] as const)("of %s %s are %s", (library, name, task) => {
    const model = read(library, name);
    expect(taskOf(model.forest, model.classes)).toBe(task);
  });

  it("of several classes is the most probable; the loss is −log p of the true one", () => {
    const target = core.oneHot(labels, 3);
    const { losses, response, predicted } = lossesOf(read("xgboost", "softprob.json"), x, target);
    labels.forEach((label, s) => {
      const own = Array.from(response.subarray(3 * s, 3 * s + 3));
      expect(losses[s]).toBeCloseTo(-Math.log(own[label]), 12);
      expect(predicted[s]).toBe(own.indexOf(Math.max(...own)));
    });
  });

  it("of yes and no has the log loss; of forests that may say 0 the Brier score", () => {
    const target = core.tensor(
      [12, 1],
      labels.map((label) => label % 2),
    );
    const boosted = lossesOf(read("xgboost", "logistic.json"), x, target);
    const voting = lossesOf(read("sklearn", "forest-binary"), x, target);
    target.data.forEach((t, s) => {
      const [p, q] = [boosted.response[s], voting.response[s]];
      expect(boosted.losses[s]).toBeCloseTo(-Math.log(t === 1 ? p : 1 - p), 12);
      expect(voting.losses[s]).toBeCloseTo((q - t) * (q - t), 12);
    });
  });

  it("of TMVA from −1 to 1 is brought to probabilities of the signal", () => {
    const folder = mkdtempSync(join(tmpdir(), "phaselens-tasks-"));
    const path = join(folder, "a.weights.xml");
    const samples = core.tensor([2, 2], [0.1, 0, 0.7, 2]);
    const target = core.tensor([2, 1], [1, 0]);
    for (const boost of ["Grad", "AdaBoost"]) {
      writeFileSync(path, tmvaWeights({ boost }));
      const model = interop.readForest(path);
      expect(model.classes).toEqual(["Background", "Signal"]);
      const { losses, response } = lossesOf(model, samples, target);
      target.data.forEach((t, s) => {
        const p = (1 + response[s]) / 2;
        const wanted = boost === "Grad" ? -Math.log(t === 1 ? p : 1 - p) : (p - t) * (p - t);
        expect(losses[s]).toBeCloseTo(wanted, 12);
      });
    }
    rmSync(folder, { recursive: true });
  });
});

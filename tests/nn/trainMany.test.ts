import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRng, takeRows } from "phaselens/core";
import { train, trainMany } from "phaselens/nn";
import { afterEach, describe, expect, it, vi } from "vitest";
import { problems } from "../support/models.js";
import { cnnRecipe } from "phaselens/internal/papers/dawid2021/cnnRecipes";

const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours" };
const { network, theta, samples } = problems["relu perceptron, three classes"](4);
const short = { epochs: 3, stopAt: null };
const plainly = (rows: number[], seed: number): Float64Array =>
  train(
    network,
    { x: takeRows(samples.x, rows), target: takeRows(samples.target, rows) },
    {
      ...cnnRecipe.options,
      epochs: 3,
      stopAt: undefined,
      stuck: false,
      theta,
      rng: makeRng(seed, network.name),
    },
  ).theta;

afterEach(() => vi.unstubAllEnvs());

describe("trainMany", () => {
  it("trains as `train` does, on each sample as often as it counts, with 1, 2 and 3 workers", async () => {
    const runs = [
      { seed: 1, theta, ...short },
      { seed: 2, theta, ...short },
      { seed: 1, theta, ...short, counts: [2, 0, 1, 0, 2] },
    ];
    for (const jobs of [1, 2, 3]) {
      const thetas = (await trainMany(network, samples, recipe, runs, { jobs })).map(
        (result) => result.theta,
      );
      expect(thetas).toEqual([
        plainly([0, 1, 2, 3, 4], 1),
        plainly([0, 1, 2, 3, 4], 2),
        plainly([0, 0, 2, 4, 4], 1),
      ]);
    }
  });

  it("keeps each run with a key, and only those", async () => {
    const folder = mkdtempSync(join(tmpdir(), "phaselens-train-"));
    vi.stubEnv("PHASELENS_CACHE", folder);
    const key = { function: "test network", version: 1, params: {}, seed: 1 };
    const [first] = await trainMany(
      network,
      samples,
      recipe,
      [
        { seed: 1, theta, ...short, key },
        { seed: 2, theta, ...short },
      ],
      { jobs: 1 },
    );
    expect(readdirSync(folder).length).toBe(1);
    // the key alone decides
    const [again] = await trainMany(network, samples, recipe, [{ seed: 7, key }], { jobs: 1 });
    expect(again.theta).toEqual(first.theta);
    rmSync(folder, { recursive: true });
  });

  it("names counts that do not fit and recipes that are not there", async () => {
    await expect(
      trainMany(network, samples, recipe, [{ seed: 1, counts: [1, 1] }]),
    ).rejects.toThrow("trainMany: run 0 counts 2 samples of 5. Give one count a sample.");
    await expect(
      trainMany(network, samples, recipe, [{ seed: 1, counts: [1, 1, 1, 0.5, 1.5] }], { jobs: 1 }),
    ).rejects.toThrow("sample 3 counts 0.5 times");
    await expect(
      trainMany(network, samples, { ...recipe, name: "noRecipe" }, [{ seed: 1 }], { jobs: 1 }),
    ).rejects.toThrow('phaselens/papers/dawid2021 exports no recipe "noRecipe"');
  });
});

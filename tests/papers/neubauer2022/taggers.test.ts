import { neubauer2022 } from "phaselens/papers";
import { auc, makeRng, takeRows } from "phaselens/core";

import { jetFeatures, simulateJets } from "phaselens/physics";
import { deltaAuc, interactionNetwork, scores } from "phaselens/taggers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uniformFanIn } from "phaselens/internal/nn/network/initialise";

const samples = {
  training: simulateJets({ jets: 400, seed: 4, set: "study training" }),
  test: simulateJets({ jets: 300, seed: 4, set: "study test" }),
};

describe("jets as inputs", () => {
  it("are standardised by those called training, whichever sample is read", () => {
    const { training, test } = neubauer2022.taggedJets(samples);
    const other = neubauer2022.taggedJets({
      training: samples.training,
      again: samples.training,
      test: samples.test,
    });
    expect(other.again.inputs.x.data).toEqual(training.inputs.x.data);
    expect(other.test.inputs.x.data).toEqual(test.inputs.x.data);
    expect(neubauer2022.taggedJets({ training: samples.test }).training.inputs.x.data).not.toEqual(
      test.inputs.x.data,
    );
    expect(test.signal.map(Number)).toEqual(Array.from(samples.test.truth.signal));
  });

  it("blank features are 0 in every slot and refused if they are not kept", () => {
    const features = { tracks: ["track_dxysig", "track_ptrel"], vertices: ["sv_pt"] };
    const { test } = neubauer2022.taggedJets(samples, {
      features,
      blank: ["sv_pt", "track_ptrel"],
    });
    const width = 2 * 60 + 5;
    expect(test.inputs.x.shape).toEqual([300, width]);
    const kept = test.inputs.x.data.filter((value, p) => p % width < 60 && value !== 0).length;
    expect([
      kept > 3000,
      test.inputs.x.data.filter((value, p) => p % width >= 60 && value !== 0).length,
    ]).toEqual([true, 0]);
    expect(() => neubauer2022.taggedJets(samples, { features, blank: ["sv_mass"] })).toThrow(
      /"sv_mass" shall be blank, but is not among the features/,
    );
  });
});

let folder: string;
const before = process.env.PHASELENS_CACHE;
beforeAll(
  () => (process.env.PHASELENS_CACHE = folder = mkdtempSync(join(tmpdir(), "phaselens-cache-"))),
);
afterAll(() => {
  if (before === undefined) delete process.env.PHASELENS_CACHE;
  else process.env.PHASELENS_CACHE = before;
  rmSync(folder, { recursive: true });
});

describe("trained taggers", () => {
  it("learn, differ by seed, and are those of the cache when asked for again", async () => {
    const { training, test } = neubauer2022.taggedJets(samples, {
      features: { tracks: jetFeatures.tracks.slice(0, 12), vertices: ["sv_mass", "sv_d3dsig"] },
    });
    const options = {
      hidden: 4,
      edge: 3,
      object: 3,
      seeds: [1, 2],
      recipe: "recipe" as const,
      epochs: 12,
      jobs: 1,
    };
    const first = await neubauer2022.trainedTaggers(training, options);
    expect(first.network.parameterCount).toBe(first.thetas[0].length);
    expect(first.thetas[0]).not.toEqual(first.thetas[1]);
    const areas = first.thetas.map((theta) =>
      auc(scores(first.network, theta, test.inputs), test.signal),
    );
    expect(Math.min(...areas)).toBeGreaterThan(0.7);
    expect((await neubauer2022.trainedTaggers(training, options)).thetas).toEqual(first.thetas);
  }, 60_000);
});

describe("masked taggers", () => {
  it("give ΔAUC in per cent of each network, its mean and error, as deltaAuc does of the jets asked for", async () => {
    const { training, test } = neubauer2022.taggedJets(samples, {
      features: { tracks: jetFeatures.tracks.slice(0, 3), vertices: ["sv_mass"] },
    });
    const network = interactionNetwork({
      hidden: 4,
      edge: 3,
      object: 3,
      trackFeatures: 3,
      vertexFeatures: 1,
    });
    const thetas = [1, 2].map((seed) => uniformFanIn(network, makeRng(seed)));
    const groups = { both: ["sv_mass", jetFeatures.tracks[0]] };
    const masked = await neubauer2022.maskedTaggers({ network, thetas }, test, {
      groups,
      jets: 200,
      jobs: 1,
      masking: "median",
    });
    const few = {
      x: takeRows(
        test.inputs.x,
        Array.from({ length: 200 }, (_, n) => n),
      ),
      layout: test.inputs.layout,
    };
    const [a, b] = await Promise.all(
      thetas.map((theta) =>
        deltaAuc(network, theta, few, test.signal.slice(0, 200), {
          groups,
          masking: "median",
          jobs: 1,
        }),
      ),
    );
    const each = [a, b].map((one) => 100 * one.rows[0].deltaAuc);
    expect([masked.masking, masked.space, masked.auc]).toEqual(["median", "raw", [a.auc, b.auc]]);
    expect(masked.groups).toEqual([
      { name: "both", each, mean: (each[0] + each[1]) / 2, error: Math.abs(each[0] - each[1]) / 2 },
    ]);
    expect(masked.features.map(({ name }) => name)).toEqual([
      ...jetFeatures.tracks.slice(0, 3),
      "sv_mass",
    ]);
    const raw = await neubauer2022.maskedTaggers({ network, thetas }, training, {
      raw: true,
      jets: 100,
      jobs: 1,
    });
    expect(raw.auc).not.toEqual(
      (await neubauer2022.maskedTaggers({ network, thetas }, training, { jets: 100, jobs: 1 })).auc,
    );
  });
});

import { neubauer2022 } from "phaselens/papers";
import { auc, takeRows } from "phaselens/core";
import { gradientBoosting, predict } from "phaselens/forest";
import { jetFeatures, simulateJets } from "phaselens/physics";
import { jetInputs } from "phaselens/taggers";
import { tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";

describe("summaries of a jet", () => {
  // two tracks of two features in three slots, one vertex in two slots; the third slot is empty
  const features = { tracks: ["a", "b"], vertices: ["v"] };
  const tracks = tensor([2, 2, 3], [1, -4, 0, 0, 2, 0, 3, 5, -7, 1, 1, 1]);
  const vertices = tensor([2, 1, 2], [6, 0, 0, 0]);
  const { x, names, columns } = neubauer2022.jetSummaries(jetInputs(tracks, vertices, features));

  it("are the mean modulus, the largest and the third or second of each feature, and numbers", () => {
    expect(names).toEqual([
      ...["mean |a|", "largest a", "third a", "mean |b|", "largest b", "third b"],
      ...["mean |v|", "largest v", "second v", "number of tracks", "number of vertices"],
    ]);
    expect(Array.from(x.data.subarray(0, 11))).toEqual([2.5, 1, NaN, 1, 2, NaN, 6, 6, NaN, 2, 1]);
    expect(Array.from(x.data.subarray(11))).toEqual([5, 5, -7, 1, 1, 1, NaN, NaN, NaN, 3, 0]);
  });

  it("say which columns are of which feature", () => {
    expect(columns).toEqual({
      ...{ a: [0, 1, 2], b: [3, 4, 5], v: [6, 7, 8] },
      ...{ "number of tracks": [9], "number of vertices": [10] },
    });
  });
});

describe("masks of trees", async () => {
  const { training, test } = neubauer2022.taggedJets({
    training: simulateJets({ jets: 300, seed: 4, set: "study training" }),
    test: simulateJets({ jets: 120, seed: 4, set: "study test" }),
  });
  const data = {
    x: neubauer2022.jetSummaries(training.raw).x,
    target: training.signal.map(Number),
  };
  const model = await gradientBoosting(data, { loss: "logistic", rounds: 8, maxLeaves: 4 });
  const groups = { vertices: jetFeatures.vertices };

  it("set raw values to 0 before the jets are summarised: the AUC of jets measured so", () => {
    const found = neubauer2022.maskedTrees([model], test, { groups, jets: 100 });
    const { sample } = test;
    const blind = {
      x: sample.x,
      vertices: tensor(sample.vertices.shape),
    };
    const { x } = neubauer2022.jetSummaries(jetInputs(blind.x, blind.vertices, jetFeatures));
    const rows = Array.from({ length: 100 }, (_, n) => n);
    const scores = predict(model, takeRows(x, rows), { output: "margin" });
    const without = auc(scores, test.signal.slice(0, 100));
    expect(found.groups[0].each[0]).toBeCloseTo(100 * (found.auc[0] - without), 12);
    expect(found.groups[0].mean).toBeGreaterThan(0);
    expect(found.features.map(({ name }) => name)).toEqual([
      ...jetFeatures.tracks,
      ...jetFeatures.vertices,
    ]);
  });

  it("cost nothing where the trees ask for none of it", () => {
    const { columns } = neubauer2022.jetSummaries(test.raw);
    const asked = new Set(model.members.flatMap(({ feature }) => Array.from(feature)));
    const unasked = [...jetFeatures.tracks, ...jetFeatures.vertices].filter(
      (name) => !columns[name].some((column) => asked.has(column)),
    );
    expect(unasked.length).toBeGreaterThan(10);
    for (const masking of ["zero", "mean", "permutation"] as const) {
      const { features } = neubauer2022.maskedTrees([model], test, { masking });
      const costs = features.filter(({ name }) => unasked.includes(name));
      expect(costs.map(({ mean }) => mean)).toEqual(costs.map(() => 0));
    }
  });
});

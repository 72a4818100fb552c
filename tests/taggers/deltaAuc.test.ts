import { auc, tensor } from "phaselens/core";

import {
  deltaAuc,
  fidelity,
  interactionNetwork,
  jetInputs,
  jetScale,
  scores,
  selectFeatures,
  standardise,
} from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { describeWithReference } from "../support/reference.js";
import { features, noisyLabels, toyJets } from "./jets.js";
import { readReference } from "./reference.js";
import { interactionNetworkParts } from "phaselens/internal/taggers/interactionLayers";
import { maskings } from "phaselens/internal/taggers/masking";

const { inputs, network, theta } = toyJets(700, 3);
const positive = noisyLabels(scores(network, theta, inputs), 4);

describe("ΔAUC", () => {
  it("is the AUC lost when a feature is 0 for all objects, jet by jet the same with one worker and two", async () => {
    const found = await deltaAuc(network, theta, inputs, positive, { jobs: 1 });
    expect(found.auc).toBe(auc(scores(network, theta, inputs), positive));
    expect(found.rows.map(({ name }) => name)).toEqual(["pt", "angle", "dxy", "mass", "flight"]);
    const angle = inputs.x.data.map((v, p) => (p % 19 >= 5 && p % 19 < 10 ? 0 : v));
    const masked = scores(network, theta, { ...inputs, x: tensor(inputs.x.shape, angle) });
    expect(found.rows[1].deltaAuc).toBeCloseTo(found.auc - auc(masked, positive), 14);
    expect(found.rows[1].fidelity).toBeCloseTo(fidelity(masked, found.scores), 14);
    expect(await deltaAuc(network, theta, inputs, positive, { jobs: 2 })).toEqual(found);
  });

  it("is 0 for a feature that the network does not read, whatever stands in its place", async () => {
    const deaf = theta.slice();
    const { layers } = interactionNetworkParts(network);
    for (const [l, columns] of [
      [0, [2, 5]],
      [3, [2]],
      [6, [2]],
    ] as const) {
      const { offset, outputs, inputs: width } = layers[l];
      for (let j = 0; j < outputs; j++) for (const k of columns) deaf[offset + j * width + k] = 0;
    }
    for (const masking of maskings) {
      const { rows } = await deltaAuc(network, deaf, inputs, positive, { masking, jobs: 1 });
      expect(rows[2]).toMatchObject({ name: "dxy", deltaAuc: 0, fidelity: 1 });
      expect(rows[0].fidelity).toBeLessThan(1);
    }
  });

  it("of a group is that of its features masked together", async () => {
    const { rows } = await deltaAuc(network, theta, inputs, positive, {
      groups: { all: [...features.tracks, ...features.vertices] },
      jobs: 1,
    });
    expect(rows[0].auc).toBe(0.5); // nothing is left to tell jets apart
  });

  it("by medians puts the median of the objects that are there in each of them, and nothing in empty slots", async () => {
    const there: number[] = [];
    const isThere = (jet: number, t: number): boolean =>
      [0, 1, 2].some((k) => inputs.x.data[jet * 19 + k * 5 + t] !== 0);
    for (let jet = 0; jet < 700; jet++)
      for (let t = 0; t < 5; t++) if (isThere(jet, t)) there.push(inputs.x.data[jet * 19 + t]);
    there.sort((a, b) => a - b);
    const middle =
      (there[Math.floor((there.length - 1) / 2)] + there[Math.ceil((there.length - 1) / 2)]) / 2;
    const data = inputs.x.data.map((v, p) =>
      p % 19 < 5 && isThere(Math.floor(p / 19), p % 19) ? middle : v,
    );
    const { rows } = await deltaAuc(network, theta, inputs, positive, {
      masking: "median",
      groups: { pt: ["pt"] },
      jobs: 1,
    });
    expectAllClose(
      rows[0].scores,
      scores(network, theta, { ...inputs, x: tensor(inputs.x.shape, data) }),
      { rtol: 1e-12 },
    );
  });

  it("names the features that there are for an unknown one, and refuses what does not fit", async () => {
    await expect(
      deltaAuc(network, theta, inputs, positive, { groups: { g: ["charge"] } }),
    ).rejects.toThrow('no feature "charge"; there are pt, angle, dxy, mass, flight');
    await expect(deltaAuc(network, theta, inputs, positive.subarray(1))).rejects.toThrow(
      "700 jets, but 699 labels",
    );
    await expect(
      deltaAuc(network, theta, inputs, positive, { masking: "noise" as "zero" }),
    ).rejects.toThrow('masking is "noise"; it must be "zero", "mean"');
    const cut = selectFeatures(inputs, { tracks: ["pt"], vertices: ["mass"] });
    await expect(deltaAuc(network, theta, cut, positive)).rejects.toThrow(
      "reads 5 tracks with 3 features, the jets have 5 with 1",
    );
  });
});

describe("scores", () => {
  it("are not those of one output, whose softmax is 1 for every jet", () => {
    const objects = { tracks: 5, trackFeatures: 3, vertices: 2, vertexFeatures: 2 };
    const one = interactionNetwork({ hidden: 6, edge: 4, object: 5, ...objects, classes: 1 });
    const cure = "Give the network an output for each class, H → bb̄ last.";
    expect(() => scores(one, new Float64Array(one.parameterCount), inputs)).toThrow(cure);
  });
});

describe("jets as inputs", () => {
  it("name feature, jet and slot of a NaN, and say when tracks or features are of another number", () => {
    const [tracks, vertices] = [tensor([2, 3, 5]), tensor([2, 2, 2])];
    tracks.data[15 + 7] = NaN;
    expect(() => jetInputs(tracks, vertices, features)).toThrow('"angle" of jet 1, slot 2, is NaN');
    expect(() => jetInputs(tensor([2, 4, 5]), vertices, features)).toThrow(
      "[jets, 3 features, slots], got [2,4,5]",
    );
    expect(() => jetInputs(tensor([3, 3, 5]), vertices, features)).toThrow(
      "tracks of 3 jets, but vertices of 2",
    );
    expect(() =>
      jetInputs(tensor([2, 3, 5]), vertices, {
        tracks: ["pt", "pt", "dxy"],
        vertices: features.vertices,
      }),
    ).toThrow('"pt" is named twice');
    const fewer = jetInputs(tensor([2, 3, 4]), vertices, features);
    expect(() => scores(network, theta, fewer)).toThrow(
      "the network reads 5 tracks with 3 features, the jets have 4 with 3. Pad or cut the jets",
    );
  });

  it("standardised have mean 0 and deviation 1 over the objects that are there, and empty slots stay empty", () => {
    const made = standardise(inputs, jetScale(inputs));
    const values: number[] = [];
    for (let p = 0; p < made.x.data.length; p++) {
      if (inputs.x.data[p] === 0) expect(made.x.data[p]).toBe(0);
      else if (p % 19 < 5) values.push(made.x.data[p]);
    }
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean).toBeCloseTo(0, 12);
    expect(values.reduce((sum, v) => sum + v * v, 0) / values.length).toBeCloseTo(1, 12);
    expect(() =>
      standardise(selectFeatures(inputs, { tracks: ["pt"], vertices: ["mass"] }), jetScale(inputs)),
    ).toThrow("the scale has 5 means and 5 deviations, the jets have 2 features");
  });
});

describeWithReference("the reference network's ΔAUC", () => {
  it("agrees to 1e-9, AUC and every feature", async () => {
    const { reference, network: own, theta: parameters, inputs: jets } = readReference();
    const found = await deltaAuc(own, parameters, jets, reference.labels, { jobs: 1 });
    expect(found.auc).toBeCloseTo(reference.auc, 9);
    expectAllClose(
      found.rows.map((row) => row.deltaAuc),
      [...reference.dauc_track, ...reference.dauc_sv],
      { rtol: 0, atol: 1e-9 },
    );
  });
});

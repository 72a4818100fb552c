import { row } from "phaselens/core";
import { deepSets, graph, particleNet, predict, sequential, dense, unpack } from "phaselens/nn";
import { jetScale, objectSamples, standardise } from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { kaimingNormal } from "phaselens/nn";
import { makeRng } from "phaselens/core";
import { toyJets } from "./jets.js";

const { inputs } = toyJets(8, 3);
const sets = { tracks: [3, 4], vertices: [2, 2] } as const;
const network = particleNet({
  sets,
  points: 2,
  neighbours: 2,
  blocks: [[3]],
  embedding: 2,
});
const points = { tracks: ["dxy", "pt"], vertices: ["flight", "mass"] };
/** A feature of a slot, as the jets have it. */
const stored = (x: ArrayLike<number>, jet: number, feature: number, slot: number): number => {
  const { tracks } = inputs.layout;
  return x[jet * inputs.x.shape[1] + tracks.start + feature * tracks.objects + slot];
};

describe("jets as samples of a network of sets", () => {
  const scaled = standardise(inputs, jetScale(inputs));
  const parts = unpack(network, objectSamples(network, scaled, { points }));

  it("have the features of the first slots, as the jets are scaled", () => {
    expect(parts.tracks.shape).toEqual([8, 3, 4]);
    expect(parts.vertices.shape).toEqual([8, 2, 2]);
    for (let jet = 0; jet < 8; jet++)
      for (let f = 0; f < 3; f++)
        for (let slot = 0; slot < 4; slot++)
          expect(row(parts.tracks, jet)[4 * f + slot]).toBe(stored(scaled.x.data, jet, f, slot));
  });

  it("have a mask of the slots that hold an object", () => {
    for (let jet = 0; jet < 8; jet++)
      for (let slot = 0; slot < 4; slot++) {
        const there = [0, 1, 2].some((f) => stored(inputs.x.data, jet, f, slot) !== 0);
        expect(row(parts.tracks_mask, jet)[slot]).toBe(Number(there));
      }
    const all = new Set(parts.tracks_mask.data);
    expect([...all].sort()).toEqual([0, 1]);
  });

  it("have raw points, in their order, whatever the features are scaled by", () => {
    const raw = unpack(network, objectSamples(network, inputs, { points }));
    for (let jet = 0; jet < 8; jet++)
      for (let slot = 0; slot < 4; slot++)
        [2, 0].forEach((feature, r) => {
          const wanted = stored(inputs.x.data, jet, feature, slot);
          expect(row(parts.tracks_points, jet)[4 * r + slot]).toBeCloseTo(wanted, 12);
          expect(row(raw.tracks_points, jet)[4 * r + slot]).toBe(wanted);
        });
  });

  it("go through the network", () => {
    const theta = kaimingNormal(network, makeRng(1));
    const y = predict(network, theta, objectSamples(network, inputs, { points }));
    expect(y.shape).toEqual([8, 2]);
  });

  it.each<[string, () => unknown, string]>([
    [
      "without inputs by name",
      () => objectSamples(sequential([dense(19, 2)]), inputs),
      "has no inputs by name",
    ],
    [
      "with an input that jets lack",
      () =>
        objectSamples(
          graph({ muons: [1, 2] }, ({ muons }, then) => then(dense(2, 1), muons)),
          inputs,
        ),
      "has an input muons; jets have tracks, tracks_mask, tracks_points, vertices,",
    ],
    [
      "of more slots",
      () => objectSamples(deepSets({ sets: { tracks: [3, 6] }, each: [1] }), inputs),
      "the input tracks has 3 rows and 6 slots; these jets have 3 and 5 of tracks",
    ],
    [
      "of points that jets do not have",
      () => objectSamples(network, inputs),
      "these jets have no track_etarel and track_phirel",
    ],
    [
      "of points of the other kind",
      () => objectSamples(network, inputs, { points: { ...points, tracks: ["mass", "pt"] } }),
      '"mass" is a feature of vertices. Name points of tracks',
    ],
  ])("refuse a network %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

import { auc, mean, row } from "phaselens/core";
import { gamma, relevance, uniform } from "phaselens/lrp";
import { deepSets, particleNet, predict, resnet1d, transformerEncoder, unpack } from "phaselens/nn";
import {
  explainedPairs,
  explainedTracks,
  taggedJets,
  type ExplainedTracks,
} from "phaselens/papers/neubauer2022";
import { simulateJets, trackOrigins } from "phaselens/physics";
import { hiddenBiases, objectSamples } from "phaselens/taggers";
import { makeRng } from "phaselens/core";
import type { Network } from "phaselens/nn";
import { describe, expect, it } from "vitest";

const features = {
  tracks: ["trackBTag_Sip3dSig", "track_ptrel", "track_etarel", "track_phirel"],
  vertices: ["sv_pt", "sv_etarel", "sv_phirel"],
};
const sample = simulateJets({ jets: 24, seed: 3, set: "training" });
const { training } = taggedJets({ training: sample }, { features });
const sets = { tracks: [4, 12], vertices: [3, 3] } as const;
const [slots, objects] = [12, 15];
const thetaOf = (network: Network): Float64Array => hiddenBiases()(network, makeRng(2));
const heavy = (origin: number): boolean => ["b", "c from b", "c"].includes(trackOrigins[origin]);
const marginsOf = (network: Network, found: Pick<ExplainedTracks, "x">): number[] => {
  const { data } = predict(network, thetaOf(network), found.x);
  return Array.from({ length: data.length / 2 }, (_, n) => data[2 * n + 1] - data[2 * n]);
};

describe("explained tracks", () => {
  const network = deepSets({ sets, each: [6, 4], after: [4] });
  const found = explainedTracks(network, thetaOf(network), training, { jets: 10, removed: 2 });

  it("are those of the first H → bb̄ jets, beside their origins", () => {
    expect(found.rows).toEqual(Array.from({ length: 10 }, (_, k) => 2 * k + 1));
    const all = objectSamples(network, training.inputs);
    found.rows.forEach((n, jet) => {
      expect(row(found.x, jet)).toEqual(row(all, n));
      for (let s = 0; s < slots; s++)
        expect(found.origin[jet * slots + s]).toBe(sample.trackOrigin[60 * n + s]);
    });
  });

  it("have the relevance of the margin by γ = 0.25, summed over features", () => {
    const start = { difference: [1, 0] } as const;
    const rules = uniform(gamma(0.25, 1e-6));
    const { tracks } = unpack(
      network,
      relevance(network, thetaOf(network), found.x, rules, { start }).at[0],
    );
    for (let jet = 0; jet < 10; jet++)
      for (let s = 0; s < slots; s++) {
        const of = [0, 1, 2, 3].map((f) => row(tracks, jet)[f * slots + s]);
        expect(row(found.relevance, jet)[s]).toBeCloseTo(
          of.reduce((a, b) => a + b, 0),
          12,
        );
      }
    expect(found.ofMasks).toBe(0);
  });

  it("are measured by shares, their ratio and the AUC within jets", () => {
    const sums = { tracks: [0, 0], relevance: [0, 0] };
    const areas: number[] = [];
    for (let jet = 0; jet < 10; jet++) {
      const there = Array.from({ length: slots }, (_, s) => s).filter(
        (s) => row(found.relevance, jet)[s] !== 0 || found.origin[jet * slots + s] > 0,
      );
      const labels = there.map((s) => heavy(found.origin[jet * slots + s]));
      const values = there.map((s) => row(found.relevance, jet)[s]);
      if (labels.includes(true) && labels.includes(false)) areas.push(auc(values, labels));
      labels.forEach((is, k) => {
        sums.tracks[Number(is)] += 1;
        sums.relevance[Number(is)] += Math.max(0, values[k]);
      });
    }
    const share = ([no, yes]: readonly number[]): number => yes / (no + yes);
    expect(found.enrichment).toBeCloseTo(share(sums.relevance) / share(sums.tracks), 12);
    expect(found.ranking).toBeCloseTo(mean(areas), 12);
    for (const field of ["tracks", "relevance"] as const)
      expect(found.shares.reduce((sum, one) => sum + one[field], 0)).toBeCloseTo(1, 12);
  });

  it("are taken out by the mask", () => {
    const before = marginsOf(network, found);
    const x = { shape: found.x.shape, data: found.x.data.slice() };
    const mask = network.inputs!.find(({ name }) => name === "tracks_mask")!.start;
    for (let jet = 0; jet < 10; jet++) {
      const order = Array.from({ length: slots }, (_, s) => s)
        .filter((s) => found.origin[jet * slots + s] > 0)
        .sort((a, b) => row(found.relevance, jet)[b] - row(found.relevance, jet)[a]);
      for (const s of order.slice(0, 2)) x.data[jet * x.shape[1] + mask + s] = 0;
    }
    const after = marginsOf(network, { x });
    expect(found.removal.mostRelevant).toBeCloseTo(mean(after.map((v, n) => v - before[n])), 12);
    expect(found.removal.atRandom).not.toBe(found.removal.mostRelevant);
  });

  it("need a network of tracks, and jets that know their origins", () => {
    const without = deepSets({ sets: { vertices: [3, 3] }, each: [2] });
    expect(() => explainedTracks(without, thetaOf(without), training)).toThrow(
      "has no input called tracks",
    );
    const { trackOrigin: _, ...measured } = sample;
    const unknown = taggedJets({ training: measured }, { features }).training;
    expect(() => explainedTracks(network, thetaOf(network), unknown as never)).toThrow(
      "do not say where their tracks come from",
    );
  });
});

describe.each([
  [
    "edge convolution",
    particleNet({ sets, neighbours: 3, blocks: [[4], [4]], embedding: 4, after: [4] }),
    3,
  ],
  ["attention", transformerEncoder({ sets, width: 4, heads: 2, feedForward: 4 }), objects],
] as const)("explained pairs of %s", (name, network, partners) => {
  const theta = thetaOf(network);
  const found = explainedTracks(network, theta, training, { jets: 6 });
  const layers = explainedPairs(network, theta, training, found);

  it("are those of each layer", () => {
    expect(layers.map((layer) => layer.name)).toEqual([`${name} 1`, `${name} 2`]);
    for (const layer of layers) expect(layer.relevance.shape).toEqual([6, objects, partners]);
  });

  it("have objects that are there at both ends, and shares that add up", () => {
    for (const { partners: others, shares } of layers) {
      others.forEach((other, p) => {
        const jet = Math.floor(p / (objects * partners));
        const own = Math.floor(p / partners) % objects;
        const there = (object: number): boolean =>
          (object < slots
            ? sample.trackOrigin[60 * found.rows[jet] + object]
            : sample.vertexOrigin[5 * found.rows[jet] + object - slots]) > 0;
        if (other >= 0) expect(there(own) && there(other)).toBe(true);
        else if (name === "attention") expect(there(own) && there(p % partners)).toBe(false);
      });
      for (const field of ["pairs", "weight", "relevance"] as const)
        expect(shares.reduce((sum, one) => sum + one[field], 0)).toBeCloseTo(1, 10);
    }
  });

  if (name === "attention")
    it("share out what attention makes", () => {
      const product = network.nodes.findIndex(
        ({ layer, inputs }) =>
          layer.kind === "product" && network.nodes[inputs[1] - 1]?.layer.kind === "softmax",
      );
      const rules = uniform(gamma(0.25, 1e-6));
      const start = { difference: [1, 0] } as const;
      const made = relevance(network, theta, found.x, rules, { start, at: [product + 1] });
      for (let jet = 0; jet < 6; jet++)
        expect(row(layers[0].relevance, jet).reduce((a, b) => a + b, 0)).toBeCloseTo(
          row(made.at[product + 1], jet).reduce((a, b) => a + b, 0),
          9,
        );
    });
  if (name === "edge convolution")
    it("find the nearest in η and φ in the first layer", () => {
      const parts = unpack(network, found.x);
      const place = (jet: number, r: number, object: number): number =>
        object < slots
          ? row(parts.tracks_points, jet)[r * slots + object]
          : row(parts.vertices_points, jet)[r * 3 + object - slots];
      const { partners: others } = layers[0];
      for (let jet = 0; jet < 6; jet++)
        for (let own = 0; own < 3; own++) {
          const distance = (other: number): number =>
            Math.hypot(
              place(jet, 0, own) - place(jet, 0, other),
              place(jet, 1, own) - place(jet, 1, other),
            );
          const at = (jet * objects + own) * partners;
          const mine = Array.from(others.subarray(at, at + partners)).map(distance);
          const there = Array.from({ length: objects }, (_, k) => k).filter((k) =>
            k < slots
              ? sample.trackOrigin[60 * found.rows[jet] + k] > 0
              : sample.vertexOrigin[5 * found.rows[jet] + k - slots] > 0,
          );
          const nearest = there
            .filter((k) => k !== own)
            .map(distance)
            .sort((a, b) => a - b);
          mine.forEach((d, k) => expect(d).toBeCloseTo(nearest[k], 8));
        }
    });
});

it("objects of a network that do not look at each other have no pairs", () => {
  const network = resnet1d({ sets, blocks: [4] });
  const found = explainedTracks(network, thetaOf(network), training, { jets: 2 });
  expect(() => explainedPairs(network, thetaOf(network), training, found)).toThrow(
    "do not look at each other. Give nn.particleNet",
  );
});

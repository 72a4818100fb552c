import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRng, oneHot, row, size, tensor, type Tensor } from "phaselens/core";
import { kroneckerCurvature, hvp } from "phaselens/hessian";
import { readModel, saveNetwork, saveOnnx } from "phaselens/interop";
import {
  attribute,
  epsilon,
  gamma,
  gradientTimesInput,
  relevance,
  uniform,
  type AttributionMethod,
  type Composite,
} from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

const sets = { tracks: [3, 7], vertices: [2, 4] } as const;
/** Each network for any number of slots, and whether the order of objects matters. */
const networks: Readonly<
  Record<string, { make(sets: nn.ObjectSets): nn.Network; readonly ordered?: boolean }>
> = {
  deepSets: { make: (of) => nn.deepSets({ sets: of, each: [6, 5], after: [4] }) },
  particleNet: {
    make: (of) =>
      nn.particleNet({ sets: of, neighbours: 2, blocks: [[5, 4], [6]], embedding: 4, after: [4] }),
  },
  "transformerEncoder, mean": {
    make: (of) => nn.transformerEncoder({ sets: of, width: 4, heads: 2, feedForward: 6 }),
  },
  "transformerEncoder, token": {
    make: (of) =>
      nn.transformerEncoder({ sets: of, width: 4, heads: 2, layers: 1, pooling: "token" }),
  },
  resnet1d: {
    make: (of) => nn.resnet1d({ sets: of, blocks: [4, 4, 6], after: [4] }),
    ordered: true,
  },
};

/** Objects of each jet, of slots of any number: the same numbers whatever the slots. */
const counts = { tracks: [5, 1, 7, 0], vertices: [2, 0, 4, 0] } as const;
const jets = 4;
const slotsOf = (of: nn.ObjectSets): Record<"tracks" | "vertices", number> => ({
  tracks: of.tracks[1],
  vertices: of.vertices[1],
});

/** Objects [features, most] of a jet, drawn once. */
const drawn = {
  tracks: randomTensor([jets, 3, 7], 1),
  vertices: randomTensor([jets, 2, 4], 2),
  tracks_points: randomTensor([jets, 2, 7], 3),
  vertices_points: randomTensor([jets, 2, 4], 4),
};
type Kind = keyof typeof counts;
type Order = (kind: Kind, jet: number) => readonly number[];
const asTheyAre: Order = (kind, jet) => Array.from({ length: counts[kind][jet] }, (_, k) => k);

/**
 * Samples of a network whose slots hold the objects that `order` names, and padding of any value
 * behind them.
 */
function samplesOf(
  network: nn.Network,
  of: nn.ObjectSets,
  order: Order = asTheyAre,
  padding = 0,
): Tensor {
  const slots = slotsOf(of);
  const tensors = network.inputs!.map(({ name, shape }) => {
    const kind: Kind = name.startsWith("tracks") ? "tracks" : "vertices";
    const out = tensor([jets, ...shape]);
    for (let jet = 0; jet < jets; jet++) {
      const objects = order(kind, jet);
      for (let r = 0; r < shape[0]; r++)
        for (let s = 0; s < slots[kind]; s++)
          out.data[(jet * shape[0] + r) * slots[kind] + s] = name.endsWith("_mask")
            ? Number(s < objects.length)
            : s < objects.length
              ? entry(name as keyof typeof drawn, jet, r, objects[s])
              : padding * Math.sin(jet + 2 * r + 3 * s);
    }
    return [name, out] as const;
  });
  return nn.pack(network, Object.fromEntries(tensors));
}

function entry(name: keyof typeof drawn, jet: number, r: number, object: number): number {
  const [, rows, most] = drawn[name].shape;
  return drawn[name].data[(jet * rows + r) * most + object];
}

/** Parameters of any value, biases too. */
const thetaOf = (network: nn.Network): Float64Array => {
  const scale = nn.kaimingNormal(network, makeRng(7));
  return randomTensor([network.parameterCount], 5).data.map((v, p) => scale[p] + 0.2 * v);
};

const start = { difference: [1, 0] } as const;
const composites: readonly Composite[] = [uniform(epsilon(1e-6)), uniform(gamma(0.5, 1e-6))];
const methods: readonly AttributionMethod[] = [gradientTimesInput()];
/** What each way says of the inputs. */
function explained(network: nn.Network, theta: Float64Array, x: Tensor): Tensor[] {
  return [
    ...composites.map((one) => relevance(network, theta, x, one, { start }).at[0]),
    ...methods.map((one) => attribute(network, theta, x, one, { start }).at[0]),
  ];
}

describe.each(Object.entries(networks))("%s", (_name, { make, ordered = false }) => {
  const network = make(sets);
  const theta = thetaOf(network);
  const x = samplesOf(network, sets);
  const y = nn.predict(network, theta, x);

  it("gives two numbers a jet, and reads its inputs by name", () => {
    expect(y.shape).toEqual([jets, 2]);
    const names = network.inputs!.map(({ name }) => name);
    const masked = ["tracks", "tracks_mask", "vertices", "vertices_mask"];
    expect(names.filter((name) => !name.endsWith("_points"))).toEqual(masked);
    for (let jet = 0; jet < jets - 1; jet++) expect(row(y, jet)).not.toEqual(row(y, jets - 1));
  });

  it("is changed by no padding, whatever it holds and however much there is", () => {
    const other = nn.predict(network, theta, samplesOf(network, sets, asTheyAre, 3));
    expectAllClose(other.data, y.data, { rtol: 1e-12, atol: 1e-12 });
    const wide = { tracks: [3, 11], vertices: [2, 9] } as const;
    const wider = make(wide);
    const more = nn.predict(wider, theta, samplesOf(wider, wide, asTheyAre, 3));
    expectAllClose(more.data, y.data, { rtol: 1e-12, atol: 1e-12 });
  });

  it("gives masks and padding no relevance", () => {
    const padded = samplesOf(network, sets, asTheyAre, 3);
    const found = explained(network, theta, padded);
    found.forEach((one, way) => {
      const parts = nn.unpack(network, one);
      for (const kind of ["tracks", "vertices"] as const) {
        // the derivative by a mask is one; rules give it nothing
        if (way < composites.length)
          expect(parts[`${kind}_mask`].data.every((value) => value === 0)).toBe(true);
        const [features, slots] = sets[kind];
        for (let jet = 0; jet < jets; jet++)
          for (let f = 0; f < features; f++) {
            const of = row(parts[kind], jet).subarray(f * slots, (f + 1) * slots);
            expect(of.slice(counts[kind][jet]).every((value) => value === 0)).toBe(true);
          }
      }
      const sum = row(parts.tracks, 2).reduce((a, b) => a + Math.abs(b), 0);
      expect(sum).toBeGreaterThan(1e-3);
    });
  });

  const reversed: Order = (kind, jet) => [...asTheyAre(kind, jet)].reverse();
  const unordered = (): void =>
    it("does not care for the order of objects, and relevance goes with them", () => {
      const turned = samplesOf(network, sets, reversed);
      expectAllClose(nn.predict(network, theta, turned).data, y.data, { rtol: 1e-11, atol: 1e-12 });
      const [before, after] = [x, turned].map((of) => explained(network, theta, of));
      before.forEach((one, way) => {
        const [own, other] = [one, after[way]].map((of) => nn.unpack(network, of));
        for (const kind of ["tracks", "vertices"] as const) {
          const [features, slots] = sets[kind];
          for (let jet = 0; jet < jets; jet++)
            for (let p = 0; p < features * counts[kind][jet]; p++) {
              const f = Math.floor(p / counts[kind][jet]);
              const s = p % counts[kind][jet];
              const there = row(other[kind], jet)[f * slots + counts[kind][jet] - 1 - s];
              expect(Math.abs(there - row(own[kind], jet)[f * slots + s])).toBeLessThan(1e-8);
            }
        }
      });
    });

  const inOrder = (): void =>
    it("cares for the order of objects", () => {
      const turned = nn.predict(network, theta, samplesOf(network, sets, reversed));
      expect(Math.abs(turned.data[0] - y.data[0])).toBeGreaterThan(1e-3);
    });

  if (ordered) inOrder();
  else unordered();

  it("has the gradients and Hessian products of its differences", () => {
    const samples = { x, target: randomTensor([jets, 2], 9) };
    const options = { loss: nn.meanSquaredError };
    const v = theta.map((_, p) => Math.cos(p));
    const moved = (step: number): Float64Array => theta.map((value, p) => value + step * v[p]);
    const along = (step: number) => nn.riskAndGradient(network, moved(step), samples, options);
    const [up, down] = [along(1e-6), along(-1e-6)];
    const { gradient } = along(0);
    const slope = gradient.reduce((sum, value, p) => sum + value * v[p], 0);
    expectAllClose([(up.risk - down.risk) / 2e-6], [slope], { rtol: 1e-5 });
    expectAllClose(
      hvp(network, theta, samples, v, options),
      up.gradient.map((value, p) => (value - down.gradient[p]) / 2e-6),
      { rtol: 1e-4, atol: 1e-5 },
    );
    const each = nn.perSampleGradients(network, theta, samples, options);
    const mean = gradient.map((_, p) => {
      let sum = 0;
      for (let jet = 0; jet < jets; jet++) sum += row(each, jet)[p] / jets;
      return sum;
    });
    expectAllClose(mean, gradient, { rtol: 1e-10, atol: 1e-12 });
  });

  it("goes into a file and comes back, and is trained alike in worker threads", async () => {
    const folder = mkdtempSync(join(tmpdir(), "phaselens-architectures-"));
    saveNetwork(join(folder, "net.json"), { network, theta, output: "softmax" });
    const read = await readModel(join(folder, "net.json"));
    rmSync(folder, { recursive: true });
    expect(nn.predict(read.network, read.theta, x)).toEqual(y);
    expect(read.inputs).toEqual(network.inputs);
    expect(read.pack(nn.unpack(network, x))).toEqual(x);
    const samples = { x, target: oneHot([0, 1, 1, 0], 2) };
    const recipe = { module: "phaselens/papers/neubauer2022", name: "recipes.recipe" };
    const runs = [1, 2].map((seed) => ({ seed, epochs: 2 }));
    const [here, there] = await Promise.all(
      [1, 2].map((jobs) => nn.trainMany(network, samples, recipe, runs, { jobs })),
    );
    expect(there.map((one) => one.theta)).toEqual(here.map((one) => one.theta));
  });

  it("goes out as ONNX and comes back, in single precision", async () => {
    const folder = mkdtempSync(join(tmpdir(), "phaselens-architectures-"));
    const single = theta.map(Math.fround);
    saveOnnx(join(folder, "net.onnx"), network, single, { output: "softmax" });
    const read = await readModel(join(folder, "net.onnx"));
    rmSync(folder, { recursive: true });
    const again = nn.predict(read.network, read.theta, read.pack(nn.unpack(network, x)));
    // constants of normalisation are written in single precision
    expectAllClose(again.data, nn.predict(network, single, x).data, { rtol: 1e-6, atol: 1e-7 });
  });

  it("travels as a description", () => {
    const text = JSON.stringify(nn.describeNetwork(network));
    const again = networkFrom(JSON.parse(text) as nn.NetworkDescription);
    expect(nn.predict(again, theta, x)).toEqual(y);
    expect(again.inputs).toEqual(network.inputs);
    expect(JSON.stringify(nn.describeNetwork(again))).toBe(text);
  });

  it("has the same parameters for any number of slots", () => {
    const wide = make({ tracks: [3, 11], vertices: [2, 9] });
    expect(wide.parameterCount).toBe(network.parameterCount);
    const sum = nn.parameterBlocks(network).reduce((total, { shape }) => total + size(shape), 0);
    expect(sum).toBe(network.parameterCount);
  });
});

describe("objects that are there twice", () => {
  const alone = { tracks: [3, 7], vertices: [2, 4] } as const;
  const twice: Order = (kind, jet) => {
    const few = Math.floor(alone[kind][1] / 2);
    const own = asTheyAre(kind, jet).slice(0, few);
    return [...own, ...own];
  };
  const once: Order = (kind, jet) => asTheyAre(kind, jet).slice(0, Math.floor(alone[kind][1] / 2));

  it("change no mean of deep sets, and share the relevance of one", () => {
    const network = networks.deepSets.make(alone);
    const theta = thetaOf(network);
    const [one, two] = [once, twice].map((order) => samplesOf(network, alone, order));
    expectAllClose(nn.predict(network, theta, two).data, nn.predict(network, theta, one).data, {
      rtol: 1e-12,
    });
    const [own, shared] = [one, two].map((x) =>
      nn.unpack(network, relevance(network, theta, x, uniform(epsilon(0)), { start }).at[0]),
    );
    for (let f = 0; f < 3; f++)
      for (let s = 0; s < 3; s++) {
        const half = 0.5 * row(own.tracks, 0)[f * 7 + s];
        for (const place of [s, s + 3])
          expect(row(shared.tracks, 0)[f * 7 + place]).toBeCloseTo(half, 8);
      }
  });

  it("take equal relevance in a transformer", () => {
    const network = networks["transformerEncoder, mean"].make(alone);
    const theta = thetaOf(network);
    const x = samplesOf(network, alone, twice);
    for (const found of explained(network, theta, x)) {
      const { tracks } = nn.unpack(network, found);
      for (let f = 0; f < 3; f++)
        for (let s = 0; s < 3; s++)
          expect(row(tracks, 0)[f * 7 + s]).toBeCloseTo(row(tracks, 0)[f * 7 + s + 3], 9);
    }
  });
});

describe("networks by name", () => {
  it("are their equations where these are short: deep sets", () => {
    const network = nn.deepSets({ sets: { objects: [2, 3] }, each: [2], outputs: 1 });
    const theta = Float64Array.of(1, 0, 0, -1, 0.5, 0, 2, 3, -1);
    const inputs = {
      objects: tensor([1, 2, 3], [1, 2, 9, -4, 1, 9]),
      objects_mask: tensor([1, 1, 3], [1, 1, 0]),
    };
    // φ = (max(a + ½, 0), max(−b, 0)): (1.5, 4) and (2.5, 0), mean (2, 2)
    const y = nn.predict(network, theta, nn.pack(network, inputs));
    expect(Array.from(y.data)).toEqual([2 * 2 + 3 * 2 - 1]);
  });

  it("have the sizes that their papers print", () => {
    // ParticleNet-Lite, Qu and Gouskos 2020, Table III: 26k parameters with two classes, batch
    // normalisation counted
    const lite = nn.particleNet({ sets: { particles: [7, 100] } });
    expect(lite.parameterCount).toBeGreaterThan(24_000);
    expect(lite.parameterCount).toBeLessThan(26_500);
    const full = nn.particleNet({
      sets: { particles: [7, 100] },
      neighbours: 16,
      blocks: [64, 128, 256].map((width) => [width, width, width]),
      after: [256],
    });
    // 366k
    expect(full.parameterCount).toBeGreaterThan(360_000);
    expect(full.parameterCount).toBeLessThan(367_000);
  });

  it("have curvatures of whatever has weights", () => {
    const network = networks["transformerEncoder, mean"].make(sets);
    const theta = thetaOf(network);
    const samples = { x: samplesOf(network, sets), target: randomTensor([jets, 2], 9) };
    const curvature = kroneckerCurvature(network, theta, samples, { loss: nn.meanSquaredError });
    expect(curvature.dimension).toBe(network.parameterCount);
  });

  const track = { tracks: [3, 7] } as const;
  it.each<[string, () => unknown, string]>([
    ["no sets", () => nn.deepSets({ sets: {}, each: [2] }), "there are no sets. Name at least one"],
    [
      "a set called like a mask",
      () => nn.deepSets({ sets: { a: [1, 2], a_mask: [1, 2] }, each: [2] }),
      "the input a_mask is there twice",
    ],
    ["no φ", () => nn.deepSets({ sets: track, each: [] }), "each has 0 entries"],
    [
      "several kinds without an embedding",
      () => nn.particleNet({ sets }),
      "the embedding is undefined, and 2 kinds of objects have features of their own",
    ],
    [
      "too few slots",
      () => nn.particleNet({ sets: track, neighbours: 7 }),
      "7 slots have no 7 neighbours",
    ],
    [
      "heads that do not divide",
      () => nn.transformerEncoder({ sets: track, width: 6, heads: 4 }),
      "6 features do not go into 4 heads",
    ],
    [
      "an even kernel",
      () => nn.resnet1d({ sets: track, blocks: [4], kernel: 2 }),
      "the kernel is 2; it must be odd",
    ],
    [
      "another pooling",
      () => nn.transformerEncoder({ sets: track, pooling: "max" as never }),
      'pooling is "max"',
    ],
  ])("refuse %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

import { makeRng, row, size, tensor, type Tensor } from "phaselens/core";
import { attribute, type AttributionMethod } from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { everyMethod, forgottenNames } from "../support/everyMethod.js";

type Build = (objects: number, seed: number) => nn.Network;

/** Networks of sets with masks, of widths that differ from seed to seed. */
const architectures: Readonly<Record<string, Build>> = {
  deepSets: (objects, seed) =>
    nn.deepSets({ sets: { tracks: [3, objects] }, each: [6 + (seed % 3), 8], after: [12] }),
  particleNet: (objects, seed) =>
    nn.particleNet({
      sets: { tracks: [3, objects] },
      neighbours: 3, // all that there are
      blocks: [[4 + (seed % 3)], [5, 4]],
      after: [12],
    }),
  transformerEncoder: (objects, seed) =>
    nn.transformerEncoder({
      sets: { tracks: [3, objects] },
      width: 4,
      heads: 1 + (seed % 2),
      layers: 1 + (seed % 2),
      feedForward: 5,
      pooling: seed % 2 === 0 ? "mean" : "token",
      after: [12],
    }),
};
/** Relevance for both outputs, whatever they are: z⁺ has none for an output below 0. */
const start = { target: tensor([1, 2], [1, 1]) };
const SEEDS = [1, 2];
const [THERE, SLOTS] = [4, 6];

interface Samples {
  readonly network: nn.Network;
  readonly theta: Float64Array;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** One sample with four objects in so many slots; parameters and objects do not depend on slots. */
function samples(name: string, seed: number, slots: number): Samples {
  const network = architectures[name](slots, seed);
  const theta = nn.kaimingNormal(network, makeRng(seed, "theta"));
  const biases = makeRng(seed, "bias");
  for (let p = 0; p < theta.length; p++) if (theta[p] === 0) theta[p] = 0.1 * biases.normal();
  const inputs = Object.fromEntries(
    network.inputs!.map(({ name: own, shape }) => {
      const rng = makeRng(seed, own);
      const drawn = Float64Array.from({ length: shape[0] * THERE }, () => rng.normal());
      const data = Float64Array.from({ length: size(shape) }, (_, p) => {
        const [feature, slot] = [Math.floor(p / slots), p % slots];
        if (slot >= THERE) return 0;
        return /mask/.test(own) ? 1 : drawn[feature * THERE + slot];
      });
      return [own, tensor([1, ...shape], data)];
    }),
  );
  return { network, theta, inputs };
}

function explained(
  { network, theta, inputs }: Samples,
  method: AttributionMethod,
): Record<string, Tensor> {
  const x = nn.pack(network, inputs);
  return nn.unpack(network, attribute(network, theta, x, method, { start }).at[0]);
}

/** Every input with its slots in another order: slot k is what slot `from[k]` was. */
const moved = (inputs: Samples["inputs"], from: readonly number[]): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]) => {
      const slots = shape[2];
      const own = data.map((_, p) => data[p - (p % slots) + from[p % slots]]);
      return [name, tensor(shape, own)];
    }),
  );

/** Relative to the largest relevance: sums over objects are in another order. */
function expectSame(found: Record<string, Tensor>, wanted: Record<string, Tensor>): void {
  const scale = Math.max(
    ...Object.values(wanted).flatMap(({ data }) => Array.from(data, Math.abs)),
  );
  expect(scale).toBeGreaterThan(0);
  for (const [name, { data }] of Object.entries(wanted))
    data.forEach((own, p) =>
      expect(Math.abs(found[name].data[p] - own)).toBeLessThan(1e-7 * scale),
    );
}

it("every rule and method of the room is tried here", () => {
  expect(forgottenNames()).toEqual([]);
});

// ParticleNet finds neighbours, and of equally far ones those that come first: an object beside its
// twin may take itself for the neighbour, and at DeepLift's baseline all points are the same.
describe.each(Object.keys(architectures))("%s: relevance of a set", (name) => {
  describe.each(everyMethod)("by %s", (_name, method) => {
    const tied = name === "particleNet" && method.name.startsWith("DeepLift");
    it.skipIf(tied).each(SEEDS)(
      "goes with its objects when they change places, seed %i",
      (seed) => {
        const own = samples(name, seed, SLOTS);
        const order = makeRng(seed, "order").permutation(SLOTS);
        const from = Array.from(order);
        const there = explained({ ...own, inputs: moved(own.inputs, from) }, method);
        expectSame(there, moved(explained(own, method), from));
      },
    );

    it.each(SEEDS)(
      "is 0 where nothing is, and does not see how much of that there is, seed %i",
      (seed) => {
        const own = samples(name, seed, THERE);
        const [plain, padded] = [own, samples(name, seed, SLOTS)].map((one) =>
          explained(one, method),
        );
        const cut = Object.entries(padded).map(([input, { shape, data }]) => {
          const rows = Array.from({ length: shape[1] }, (_, r) =>
            data.slice(r * SLOTS, (r + 1) * SLOTS),
          );
          if (!/mask/.test(input))
            for (const each of rows) expect(each.slice(THERE).every((one) => one === 0)).toBe(true);
          const kept = rows.flatMap((each) => Array.from(each.slice(0, THERE)));
          return [input, tensor([1, shape[1], THERE], kept)];
        });
        expectSame(Object.fromEntries(cut) as Record<string, Tensor>, plain);
      },
    );

    it.skipIf(name === "particleNet")("is equal for equal objects", () => {
      const own = samples(name, SEEDS[0], SLOTS);
      const twins = [0, 1, 1, 3, 4, 5];
      const found = explained({ ...own, inputs: moved(own.inputs, twins) }, method);
      expectSame(moved(found, [0, 2, 1, 3, 4, 5]), found);
    });
  });
});

describe.each(Object.keys(architectures))("%s: a mask", (name) => {
  const rules = everyMethod.filter(([, { name: own }]) => own.startsWith("LRP"));
  it.each(rules)("takes nothing by %s, and the books say where all went", (_name, method) => {
    const { network, theta, inputs } = samples(name, 1, SLOTS);
    const x = nn.pack(network, inputs);
    const found = attribute(network, theta, x, method, { start });
    const { tracks_mask: mask } = nn.unpack(network, found.at[0]);
    expect(row(mask, 0).every((own) => own === 0)).toBe(true);
    const lost = found.conservation.reduce((sum, entry) => sum + entry.lost, 0);
    const scale = Math.max(...found.conservation.map(({ arriving }) => Math.abs(arriving)));
    expect(Math.abs(found.missing![0] - lost)).toBeLessThan(1e-9 * scale);
  });
});

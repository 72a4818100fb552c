import { bluecher2020, dawid2021 } from "phaselens/papers";
import { relativeToMaximum } from "../../support/allclose.js";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Tfjs from "@tensorflow/tfjs";
import fc from "fast-check";
import { fromTfjs, saveTfjsModel, toTfjs } from "phaselens/interop";
import { makeRng, tensor } from "phaselens/core";
import {
  add,
  averagePool,
  concat,
  conv1d,
  conv2d,
  conv3d,
  dense,
  dropout,
  elu,
  flatten,
  globalAveragePool,
  globalMaxPool,
  graph,
  leakyRelu,
  maxPool,
  predict,
  relu,
  reshape,
  sequential,
  sigmoid,
  softplus,
  tanh,
  type ElementwiseLayer,
  type Network,
  meanSquaredError,
} from "phaselens/nn";
import { interactionNetwork } from "phaselens/taggers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomTensor } from "../../support/models.js";
import { build, outputsHere, outputsThere, randomInputs, recipes } from "./randomModels.js";
import { tf } from "./tfjsModule.js";
import { channelsLast } from "phaselens/internal/interop/models/tfjs/channelOrder";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";

const folder = mkdtempSync(join(tmpdir(), "phaselens-tfjs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => tf.ready());

/** Weights that single precision has exactly. */
const weights = (network: Network, seed: number): Float64Array => {
  const rng = makeRng(seed, "theta");
  return Float64Array.from({ length: network.parameterCount }, () =>
    Math.fround(0.4 * rng.normal()),
  );
};

const networks: readonly [string, Network, readonly number[]][] = [
  [
    "a perceptron",
    sequential([
      dense(4, 6),
      relu(),
      dropout(0.3),
      dense(6, 5),
      leakyRelu(0.2),
      dense(5, 4),
      elu(),
      dense(4, 3),
    ]),
    [4],
  ],
  [
    "smooth functions",
    sequential([dense(3, 4), tanh(), dense(4, 4), softplus(), dense(4, 4), sigmoid(), dense(4, 2)]),
    [3],
  ],
  ["Dawid, Fig. 7a", dawid2021.cnn(), [1, 924]],
  ["Dawid, Fig. 7b", dawid2021.gapCnn(), [1, 240]],
  ["Blücher, Table III in small", bluecher2020.cnn({ extent: 4, outputs: 6 }), [1, 4, 4, 4]],
  [
    "padding on one side, stride, dilation",
    sequential([
      conv1d(2, 3, 3, { padding: [[2, 1]], dilation: 2 }),
      relu(),
      conv1d(3, 3, 2, { padding: [[0, 3]], stride: 2 }),
      flatten(),
      dense(21, 2),
    ]),
    [2, 13],
  ],
  [
    "images",
    sequential([
      conv2d(2, 3, [3, 2], {
        padding: [
          [2, 1],
          [0, 3],
        ],
        stride: [2, 1],
      }),
      relu(),
      maxPool([2, 1]),
      conv2d(3, 2, 3, { padding: 1 }),
      averagePool([2, 2], { stride: 1 }),
      globalMaxPool(),
      dense(2, 2),
    ]),
    [2, 7, 6],
  ],
  [
    "three dimensions",
    sequential([
      conv3d(2, 3, 3, { padding: 1 }),
      relu(),
      averagePool([2, 1, 2]),
      globalAveragePool(),
      dense(3, 2),
    ]),
    [2, 4, 4, 4],
  ],
  [
    "windows as for same",
    sequential([
      conv2d(1, 2, 2, {
        padding: [
          [0, 1],
          [0, 1],
        ],
      }),
      maxPool([3, 3], { stride: 2, padding: 1 }),
      flatten(),
      dense(18, 2),
    ]),
    [1, 5, 5],
  ],
  [
    "a series that is folded",
    sequential([reshape([1, 12]), conv1d(1, 2, 3), globalAveragePool(), dense(2, 2)]),
    [12],
  ],
  [
    "branches",
    graph((input, then) => {
      const a = then(conv2d(2, 3, 1), input);
      const b = then(relu(), then(conv2d(3, 3, 3, { padding: 1 }), a));
      const c = then(concat(), then(add(), a, b), input);
      const flat = then(
        concat(),
        then(flatten(), then(maxPool(2), c)),
        then(globalAveragePool(), b),
      );
      return then(dense(23, 3), flat);
    }),
    [2, 4, 4],
  ],
];

describe.each(networks)("%s", (name, network, inputShape) => {
  const theta = weights(network, 3);
  const x = randomTensor([3, ...inputShape], 5);
  const there = (model: Tfjs.LayersModel): Float64Array =>
    outputsThere(model, inputShape.length > 1 ? channelsLast(x) : x);

  it("computes the same in TensorFlow.js", () => {
    const expected = predict(network, theta, x).data;
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    there(toTfjs<Tfjs.LayersModel>(network, theta, tf, { inputShape })).forEach((value, k) =>
      expect(Math.abs(value - expected[k])).toBeLessThan(1e-5 * largest),
    );
  });

  it("comes back with the same layers and every number", () => {
    const back = fromTfjs(
      toTfjs<Tfjs.LayersModel>(network, theta, tf, { inputShape, output: "softmax" }),
    );
    expect(back.output).toBe("softmax");
    expect(back.inputShape).toEqual(inputShape);
    expect(back.theta).toEqual(theta);
    expect(back.network.nodes.map(({ layer, inputs }) => [layer.name, inputs])).toEqual(
      network.nodes.map(({ layer, inputs }) => [layer.name, inputs]),
    );
  });

  it("goes through files that TensorFlow.js reads and that are read here without it", async () => {
    const path = saveTfjsModel(join(folder, `${name}.json`), {
      network,
      theta,
      inputShape,
      output: "linear",
    });
    const back = readTfjsModel(path);
    expect(back.theta).toEqual(theta);
    expect(back.network.nodes.map(({ layer }) => layer.name)).toEqual(
      network.nodes.map(({ layer }) => layer.name),
    );
    const loaded = await loadModel(path);
    expect(there(loaded)).toEqual(
      there(toTfjs<Tfjs.LayersModel>(network, theta, tf, { inputShape })),
    );
  });
});

/** As tf.loadLayersModel reads a folder; plain TensorFlow.js has no reader of files. */
async function loadModel(path: string): Promise<Tfjs.LayersModel> {
  const { readFileSync } = await import("node:fs");
  const json = JSON.parse(readFileSync(path, "utf8")) as Tfjs.io.ModelJSON;
  const [{ paths, weights: specs }] = json.weightsManifest;
  const bytes = readFileSync(join(path, "..", paths[0]));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      ...json,
      weightSpecs: specs,
      weightData: new Uint8Array(bytes).buffer,
    } as Tfjs.io.ModelArtifacts),
  );
}

describe("files that TensorFlow.js writes", () => {
  it("hold the model that was saved, in one shard or several", async () => {
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        const model = build(recipe);
        const path = await saved(model, recipe.seed);
        const x = randomInputs(model, makeRng(recipe.seed, "inputs"), 2);
        const [there, here, live] = [
          outputsThere(model, x),
          outputsHere(readTfjsModel(path), x),
          fromTfjs(model),
        ];
        expect(readTfjsModel(path).theta).toEqual(live.theta);
        const largest = there.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        here.forEach((value, k) => expect(Math.abs(value - there[k])).toBeLessThan(1e-5 * largest));
        model.dispose();
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  /** What the handlers of files and downloads write. */
  async function saved(model: Tfjs.LayersModel, seed: number): Promise<string> {
    const path = join(folder, `saved-${seed}.json`);
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        const bytes = Buffer.from(artifacts.weightData as ArrayBuffer);
        const cuts = [0, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2), bytes.length];
        const paths = cuts.slice(1).map((end, k) => {
          writeFileSync(join(folder, `saved-${seed}-${k}.bin`), bytes.subarray(cuts[k], end));
          return `./saved-${seed}-${k}.bin`;
        });
        const { modelTopology, format, generatedBy, convertedBy, weightSpecs: specs } = artifacts;
        writeFileSync(
          path,
          JSON.stringify({
            modelTopology,
            format,
            generatedBy,
            convertedBy,
            weightsManifest: [{ paths, weights: specs }],
          }),
        );
        return Promise.resolve({
          modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" },
        });
      }),
    );
    return path;
  }
});

describe("a model of any layers", () => {
  it("goes there and comes back with every number, from memory and from files", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const model = build(recipe);
        const { network, theta: exact, inputShape, output } = fromTfjs(model);
        const theta = exact.map(Math.fround); // a normalisation that was taken up has more digits
        const again = toTfjs<Tfjs.LayersModel>(network, theta, tf, { inputShape, output });
        const files = readTfjsModel(
          saveTfjsModel(join(folder, "any.json"), { network, theta, inputShape, output }),
        );
        const x = randomInputs(model, makeRng(recipe.seed, "inputs"), 2);
        const expected = outputsHere({ network, theta, output }, x);
        for (const back of [fromTfjs(again), files]) {
          expect([back.output, back.inputShape]).toEqual([output, inputShape]);
          expect(back.theta).toEqual(theta);
          // layers between which axes are exchanged may be computed in another order
          expect(relativeToMaximum(outputsHere(back, x), expected)).toBeLessThan(1e-14);
        }
        model.dispose();
        again.dispose();
      }),
      { numRuns: 100, seed: 21 },
    );
  });
});

describe("what TensorFlow.js does not have", () => {
  it("is listed all at once, with what would do instead", () => {
    const network = sequential([
      conv3d(1, 2, 2, { padding: [[1, 0], 0, 0] }),
      maxPool([2, 2, 2], { padding: [[1, 0], 0, 0] }),
      elu(0.5),
      flatten(),
      dense(2, 2),
    ]);
    const text = ((): string => {
      try {
        toTfjs(network, new Float64Array(network.parameterCount), tf, { inputShape: [1, 2, 3, 3] });
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    })();
    expect(text).toContain("toTfjs: TensorFlow.js cannot express 3 thing(s) of sequential.");
    for (const part of [
      "there is no ZeroPadding3D. Pad the data",
      "Use no padding",
      "with the scale 1 alone. Use elu(1)",
    ])
      expect(text).toContain(part);
    expect(() =>
      toTfjs(interactionNetwork(), new Float64Array(interactionNetwork().parameterCount), tf, {
        inputShape: [1870],
      }),
    ).toThrow(/works on pairs of objects/);
    expect(() => toTfjs(dawid2021.cnn(), new Float64Array(740), tf)).toThrow(
      "Give inputShape, e.g. [1, 16, 16].",
    );
    const wrong = { network: sequential([dense(1, 1)]), theta: Float64Array.of(NaN, 0) };
    const saved = { ...wrong, output: "softmax" } as const;
    const path = join(folder, "wrong.json");
    expect(() => saveTfjsModel(path, saved)).toThrow(/saveTfjsModel: theta: entry 0 is NaN/);
    const sound = { ...saved, theta: Float64Array.of(1, 0) };
    expect(() => saveTfjsModel(folder, sound)).toThrow(/must end in .json/);
    expect(() => saveTfjsModel(path, { ...sound, loss: meanSquaredError })).toThrow(
      "saveTfjsModel: the loss mean squared error belongs to outputs that are linear",
    );
  });

  it("includes a layer that somebody changed, whatever it is called", () => {
    const slower: ElementwiseLayer = { ...leakyRelu(0.1), slope: 0.2, value: leakyRelu(0.2).value };
    for (const layer of [
      slower,
      { ...slower, name: "relu" },
      { ...dense(3, 3), name: "dense(3→3)" },
    ]) {
      const network = sequential([dense(3, 3), layer]);
      expect(() => toTfjs(network, new Float64Array(network.parameterCount), tf)).toThrow(
        "was made or changed by hand",
      );
    }
  });

  it("includes a flattened output, whose order differs", () => {
    expect(() =>
      toTfjs(sequential([conv1d(1, 2, 2), flatten()]), new Float64Array(6), tf, {
        inputShape: [1, 4],
      }),
    ).toThrow(/End in a dense layer/);
  });
});

describe("channels first and last", () => {
  it("are transposes of each other", () => {
    const x = tensor([1, 2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(Array.from(channelsLast(x).data)).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
  });
});

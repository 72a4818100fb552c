import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { core, interop, nn } from "phaselens";
import { ConfigError, type Tensor } from "phaselens/core";
import type { Network } from "phaselens/nn";
import { afterAll, describe, expect, it } from "vitest";
import { probabilities } from "../support/onnx.js";
import { runOnnx, runtime } from "../support/onnxRuntime.js";
import { refusal } from "../support/refusal.js";
import { whole } from "../support/whole.js";

const { matmul, multiply } = nn;
const { softmaxAlong, transpose } = nn.operations;

/** Networks of the blocks that people write, each with the shape of its samples. */
const blocks: Readonly<Record<string, readonly [Network, readonly number[]]>> = {
  "a perceptron": [
    nn.sequential([nn.dense(3, 5), nn.relu(), nn.dropout(0.5), nn.dense(5, 2)]),
    [3],
  ],
  "a convolutional network": [
    nn.sequential([
      nn.conv2d(1, 3, [3, 2], { padding: 1, stride: 2 }),
      nn.batchNorm(3),
      nn.leakyRelu(0.125),
      nn.maxPool([2, 1], { stride: 1, padding: [[1, 0], 0] }),
      nn.globalAveragePool(),
      nn.dense(3, 2),
    ]),
    [1, 6, 5],
  ],
  "an interaction network's edges": [
    nn.sequential([
      nn.edges({ start: 0, features: 3, objects: 4 }, { start: 12, features: 2, objects: 3 }, 5),
      nn.relu(),
      nn.segmentSum(3),
      nn.flatten(),
      nn.dense(20, 2),
    ]),
    [18],
  ],
  "an edge convolution": [
    nn.graph((x, then) => {
      const points = then(nn.operations.crop(0, 0, 2), x);
      const edges = then(nn.edgeConv(4, [6, 5], { neighbours: 3 }), points, x);
      return then(nn.dense(5, 2), then(nn.globalAveragePool(), edges));
    }),
    [4, 7],
  ],
  "a GRU": [nn.sequential([nn.gru(3, 4, 5), nn.dense(4, 2)]), [3, 5]],
  "a GRU that resets before, reversed": [
    nn.sequential([
      nn.gru(3, 4, 5, { resetAfter: false, reverse: true, sequence: true }),
      nn.flatten(),
      nn.dense(20, 2),
    ]),
    [3, 5],
  ],
  "an LSTM": [nn.sequential([nn.lstm(3, 4, 5), nn.dense(4, 2)]), [3, 5]],
  "an RNN": [nn.sequential([nn.rnn(3, 4, 5, { sequence: true }), nn.flatten()]), [3, 5]],
  attention: [
    nn.graph((x, then) => {
      const normal = then(nn.layerNorm(4), x);
      const sum = then(nn.add(), x, then(nn.multiHeadAttention(4, 2), normal));
      return then(nn.dense(4, 2), then(nn.globalAveragePool(), then(nn.gelu(), sum)));
    }),
    [4, 6],
  ],
  "matrices along further axes": [
    nn.graph((x, then) => {
      const turned = then(transpose([0, 2, 1]), x);
      const weights = then(softmaxAlong(1), then(matmul(), turned, x));
      const gated = then(multiply({ signal: 1 }), then(nn.sigmoid(), weights), weights);
      return then(nn.flatten(), gated);
    }),
    [2, 3, 4],
  ],
};

const rng = core.makeRng(7);
const normal = (n: number, of = rng): Float64Array =>
  Float64Array.from({ length: n }, () => Math.fround(0.5 * of.normal()));

describe("a network that was written as ONNX", () => {
  describe.each(Object.entries(blocks))("%s", (_name, [network, shape]) => {
    const theta = normal(network.parameterCount);
    const x = core.tensor([3, ...shape], normal(3 * core.size(shape)));
    const bytes = interop.toOnnx(network, theta, { inputShape: shape });
    const wanted = nn.predict(network, theta, x).data;

    it("computes the same when it is read again", () => {
      const back = interop.fromOnnx(bytes);
      const found = nn.predict(back.network, back.theta, back.pack({ input: x }));
      const own = probabilities(back.output, found);
      own.forEach((y, p) => expect(y).toBeCloseTo(wanted[p], 6));
    });

    it.skipIf(!runtime)("computes the same in onnxruntime, for any batch", async () => {
      const found = await runOnnx(bytes, { input: x });
      const largest = Math.max(...wanted.map(Math.abs));
      found.forEach((y, p) => expect(Math.abs(y - wanted[p])).toBeLessThan(1e-5 * largest));
    });
  });

  it("keeps the names and shapes of its inputs, and masks", async () => {
    const network = nn.graph({ jets: [3, 4], mask: [1, 4], met: [2] }, (own, then) => {
      const mean = then(nn.maskedMean(), own.jets, own.mask);
      return then(nn.dense(5, 2), then(nn.concat(), mean, own.met));
    });
    const theta = normal(network.parameterCount);
    const tensors = {
      jets: core.tensor([2, 3, 4], normal(24)),
      mask: core.tensor([2, 1, 4], [1, 1, 0, 0, 1, 1, 1, 0]),
      met: core.tensor([2, 2], normal(4)),
    };
    const bytes = interop.toOnnx(network, theta);
    const back = interop.fromOnnx(bytes);
    expect(back.inputs).toEqual(network.inputs);
    expect(back.masks).toEqual(["mask"]);
    const wanted = nn.predict(network, theta, nn.pack(network, tensors)).data;
    const found = nn.predict(back.network, back.theta, back.pack(tensors)).data;
    found.forEach((y, p) => expect(y).toBeCloseTo(wanted[p], 6));
    if (!runtime) return;
    const there = await runOnnx(bytes, tensors);
    there.forEach((y, p) => expect(y).toBeCloseTo(wanted[p], 5));
  });

  it("ends in the function that is named, and gives it back", async () => {
    const [network, shape] = blocks["a perceptron"];
    const theta = normal(network.parameterCount);
    const x = core.tensor([2, ...shape], normal(6));
    const z = nn.predict(network, theta, x);
    for (const output of ["softmax", "sigmoid"] as const) {
      const bytes = interop.toOnnx(network, theta, { output });
      const back = interop.fromOnnx(bytes);
      expect([back.output, back.head]).toEqual([output, "output"]);
      expect(back.theta).toEqual(theta);
      if (!runtime) continue;
      const wanted = probabilities(output, z);
      const found = await runOnnx(bytes, { input: x });
      found.forEach((y, p) => expect(y).toBeCloseTo(wanted[p], 6));
    }
  });

  it("has the names that are asked for, and gives them back", () => {
    const [network] = blocks["a perceptron"];
    const theta = normal(network.parameterCount);
    const names = { input: "jets", head: "probabilities" };
    const back = interop.fromOnnx(interop.toOnnx(network, theta, { output: "softmax", ...names }));
    expect([back.inputs[0].name, back.head]).toEqual(["jets", "probabilities"]);
    const twice = { input: "same", head: "same" };
    expect(refusal(ConfigError, () => interop.toOnnx(network, theta, twice)).message).toContain(
      'must have names that differ, got "same", "same". Give others as input and head.',
    );
  });

  it("holds the largest number of single precision for what is larger", () => {
    const network = nn.sequential([
      nn.dense(1, 1),
      nn.operations.pad([[0, 1]], -1e300),
      nn.operations.softmaxAlong(0),
    ]);
    const back = interop.fromOnnx(interop.toOnnx(network, Float64Array.of(1, 0)));
    const y = nn.predict(back.network, back.theta, core.tensor([1, 1], [2])).data;
    expect(Array.from(y)).toEqual([2, -Math.fround(3.4028234663852886e38)]);
  });

  it("gives parameters their names and θ its numbers back", () => {
    const network = nn.sequential([nn.conv1d(1, 2, 3), nn.relu(), nn.flatten(), nn.dense(4, 2)]);
    const theta = normal(network.parameterCount);
    const back = interop.fromOnnx(interop.toOnnx(network, theta, { inputShape: [1, 4] }));
    expect(back.theta).toEqual(theta);
    expect(back.network.nodes.map(({ layer }) => layer.spec?.type)).toEqual([
      "conv1d",
      "relu",
      "reshape",
      "dense",
    ]);
    expect(back.parameters.map(({ name }) => name)).toEqual([
      "conv1d_0.weight",
      "conv1d_0.bias",
      "dense_3.weight",
      "dense_3.bias",
    ]);
  });
});

describe("saveOnnx", () => {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-save-onnx-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [network] = blocks["a perceptron"];
  const theta = normal(network.parameterCount);

  it("writes what toOnnx gives", async () => {
    const path = interop.saveOnnx(join(folder, "m.onnx"), network, theta);
    expect(new Uint8Array(readFileSync(path))).toEqual(interop.toOnnx(network, theta));
    expect((await interop.readModel(path)).theta).toEqual(theta);
  });

  it("refuses what it cannot write, all at once", () => {
    const sine = nn.elementwise("sine", Math.sin, Math.cos, (_x, y) => -y);
    const changed = { ...nn.relu(), name: "mine" };
    const own = nn.sequential([nn.dense(2, 2), sine, changed]);
    const large = Float64Array.of(1e39, 0, 0, 0, 0, 0);
    const { message } = refusal(ConfigError, () => interop.toOnnx(own, large));
    expect(message).toContain("ONNX cannot express 3 thing(s) of sequential. ");
    expect(message).toContain("entry 0 of θ is 1e+39, beyond single precision");
    expect(message).toContain("node 1, sine: was made or changed by hand");
    expect(message).toContain("node 2, mine: was made or changed by hand");
  });

  it("asks for the shape of samples where many fit, and for an ending", () => {
    const open = nn.sequential([nn.conv1d(1, 2, 3)]);
    const none = new Float64Array(open.parameterCount);
    expect(refusal(ConfigError, () => interop.toOnnx(open, none)).message).toContain(
      "a model of ONNX those of one. Give inputShape, e.g. [1, 16, 16].",
    );
    const path = join(folder, "m.json");
    expect(refusal(ConfigError, () => interop.saveOnnx(path, network, theta)).message).toContain(
      "must end in .onnx",
    );
  });
});

const reference = fileURLToPath(new URL("../../../shared/reference/onnx/", import.meta.url));
const taggers = [
  "DeepBoostedJet~V02~full~resnet",
  "DeepDoubleX~94X~V01~DDB",
  "DeepFlavourV04_12X_training~DeepJet_Run3_122X",
  "HLT~ParticleNetAK4~V01~particle-net",
  "models~particlenet_AK4~1~model",
  "models~particletransformer_AK4~1~model",
];

describe.skipIf(!existsSync(reference))("a public tagger that was read and written again", () => {
  it.each(taggers.filter((_, k) => whole || k % 2 === 0))(
    "%s computes what the file did",
    async (name) => {
      const path = `${reference}${name}.npz`;
      const text = readFileSync(path).toString("latin1");
      const names = new Set(Array.from(text.matchAll(/in:([^\0]+?)\.npy/g), ([, own]) => own));
      const inputs: Record<string, Tensor> = {};
      for (const own of names)
        inputs[own] = (await interop.readArray(path, { dataset: `in:${own}` })).values;
      const extents = Object.fromEntries(
        Object.entries(inputs).map(([own, { shape }]) => [own, shape.slice(1)]),
      );
      const model = await interop.readModel(`${reference}${name}.onnx`, { extents });
      const { network, theta, output, inputShape } = model;
      const wanted = probabilities(output, nn.predict(network, theta, model.pack(inputs)));
      const bytes = interop.toOnnx(network, theta, { output, ...(inputShape && { inputShape }) });
      const own = model.inputs.length === 1 ? { input: inputs[model.inputs[0].name] } : inputs;
      const back = interop.fromOnnx(bytes);
      const again = probabilities(
        back.output,
        nn.predict(back.network, back.theta, back.pack(own)),
      );
      const largest = Math.max(...wanted);
      again.forEach((y, p) => expect(Math.abs(y - wanted[p])).toBeLessThan(2e-5 * largest));
      if (!runtime) return;
      const found = await runOnnx(bytes, own);
      found.forEach((y, p) => expect(Math.abs(y - wanted[p])).toBeLessThan(2e-5 * largest));
    },
    60_000,
  );
});

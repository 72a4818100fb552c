import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { size, tensor } from "phaselens/core";
import { lossesAt, parallelHessian } from "phaselens/hessian";
import { saveNetwork } from "phaselens/interop";
import {
  dense,
  describeNetwork,
  edges,
  flatten,
  graph,
  logisticLoss,
  makeEvaluator,
  maxPool,
  meanSquaredError,
  predict,
  relu,
  reshape,
  riskAndGradient,
  sequential,
  slice,
  softmaxCrossEntropy,
  tanh,
  train,
  trainMany,
  type ElementwiseLayer,
  type Layer,
  type LayerSpec,
  type Network,
  type NetworkDescription,
} from "phaselens/nn";
import * as nn from "phaselens/nn";
import { makeRng } from "phaselens/core";
import { afterAll, describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { problems, randomTensor } from "../support/models.js";
import { drawFrom } from "../support/random/draw.js";
import type { RandomLayer } from "../support/random/randomLayer.js";
import { randomLayers } from "../support/random/randomLayers.js";
import { specOf } from "phaselens/internal/nn/layers/specOf";
import { layerFrom } from "phaselens/internal/nn/layers/layerFrom";
import { describeLoss, lossFrom, lossTypes } from "phaselens/internal/nn/losses/lossTypes";
import { inputGradients } from "phaselens/internal/nn/losses/risk";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { readNetwork } from "phaselens/internal/interop/models/savedNetwork";
import { layerTypes } from "phaselens/internal/nn/layers/layerTypes";

const folder = mkdtempSync(join(tmpdir(), "phaselens-description-"));
afterAll(() => rmSync(folder, { recursive: true }));
const throughJson = (description: NetworkDescription): NetworkDescription =>
  JSON.parse(JSON.stringify(description)) as NetworkDescription;

describe("a network as plain data", () => {
  it.each(Object.entries(problems))(
    "%s: what is rebuilt from text computes the same",
    (_, make) => {
      const { network, theta, samples } = make(3);
      const rebuilt = networkFrom(throughJson(describeNetwork(network)));
      expect(rebuilt.parameterCount).toBe(network.parameterCount);
      expect(rebuilt.nodes.map((node) => node.layer.name)).toEqual(
        network.nodes.map((node) => node.layer.name),
      );
      expect(predict(rebuilt, theta, samples.x)).toEqual(predict(network, theta, samples.x));
      expect(describeNetwork(rebuilt)).toEqual(describeNetwork(network));
    },
  );

  it("says where parameters are that do not follow each other, or that several nodes share", () => {
    const twice = graph((input, then, again) => {
      const first = then(dense(3, 3), input);
      return then(dense(3, 2), again(first, then(tanh(), first)));
    });
    expect(twice.nodes.map(({ offset }) => offset)).toEqual([0, undefined, 0, 12]);
    expect(twice.parameterCount).toBe(20);
    const above = {
      ...twice,
      nodes: twice.nodes.slice(3).map((node) => ({ ...node, inputs: [0] })),
    };
    for (const network of [twice, above, { ...twice, parameterCount: 25 }]) {
      const back = networkFrom(throughJson(describeNetwork(network)));
      expect(back.parameterCount).toBe(network.parameterCount);
      expect(back.nodes.map(({ inputs, offset }) => [inputs, offset])).toEqual(
        network.nodes.map(({ inputs, offset }) => [inputs, offset]),
      );
    }
    expect(() => networkFrom({ ...describeNetwork(twice), parameterCount: 3 })).toThrow(
      "parameterCount must be a whole number ≥ 20",
    );
  });
});

/** Three of each type where there are as many, drawn as those of random networks. */
const examples = Object.values(randomLayers as Readonly<Record<string, RandomLayer>>).flatMap(
  ({ space, joins, example, draw }) => {
    const input = [4, 6, 5, 4].slice(0, 1 + space[space.length - 1]);
    const inputs = example ?? (joins ? [input, input] : [input]);
    const drawn = Array.from({ length: 40 }, (_, k) =>
      draw(drawFrom([k, k + 1, 5 * k + 2, 3 * k]), inputs),
    );
    const specs = drawn.flatMap((one) => (one ? [JSON.stringify(one.layer.spec)] : []));
    return [...new Set(specs)]
      .slice(0, 3)
      .map((text) => [JSON.parse(text) as LayerSpec, inputs] as const);
  },
);

describe.each(examples)("the layer %j", (spec, inputs) => {
  /** It alone; what reads nothing has an input beside it. */
  const chain = (layer: Layer) =>
    inputs.length === 1
      ? graph((x, then) => then(layer, x))
      : graph(
          Object.fromEntries((inputs.length > 0 ? inputs : [[1]]).map((one, k) => [`${k}`, one])),
          (values, then) => then(layer, ...inputs.map((_, k) => values[`${k}`])),
        );

  it("is what it was made of, through text and back, and computes the same", () => {
    const layer = layerFrom(spec);
    expect([specOf(layer), layer.spec]).toEqual([spec, spec]);
    const [network, again] = [
      chain(layer),
      chain(layerFrom(JSON.parse(JSON.stringify(specOf(layer))) as LayerSpec)),
    ];
    const theta = randomTensor([network.parameterCount], 1).data;
    const width = inputs.reduce((sum, one) => sum + size(one), 0);
    const x = randomTensor(inputs.length === 1 ? [2, ...inputs[0]] : [2, Math.max(1, width)], 2);
    expect(predict(again, theta, x)).toEqual(predict(network, theta, x));
  });

  it("cannot be changed, and a copy of it is not it", () => {
    const layer = layerFrom(spec);
    expect(() => Object.assign(layer, { outputShape: () => [1] })).toThrow(TypeError);
    expect(specOf({ ...layer })).toBeUndefined();
    expect(() => describeNetwork(chain({ ...layer }))).toThrow(
      /no layer of this library.*It is a copy of a/,
    );
  });

  it("is not built with a setting too many or of another kind", () => {
    expect(() => layerFrom({ ...spec, colour: 1 } as never)).toThrow(
      `layerFrom: ${spec.type} has no "colour".`,
    );
    for (const key of Object.keys(spec).slice(1)) {
      expect(() => layerFrom({ ...spec, [key]: "3" } as never)).toThrow(
        `${key} of ${spec.type} must be`,
      );
    }
  });
});

describe("a specification", () => {
  it("is there for every type of the table, under the name that the table has", () => {
    const types = new Set(examples.map(([{ type }]) => type));
    expect([...types].sort()).toEqual(Object.keys(layerTypes).sort());
  });

  it("is of a type that the table has, whichever builder says it", () => {
    const folder = new URL("../../lib/src/nn/layers/", import.meta.url);
    const said = readdirSync(folder).flatMap((file) => {
      const text = readFileSync(new URL(file, folder), "utf8");
      return [...text.matchAll(/\{ type: "(\w+)"/g)].map(([, type]) => type);
    });
    expect(said.length).toBeGreaterThan(15);
    expect(said.filter((type) => !Object.hasOwn(layerTypes, type))).toEqual([]);
  });

  it("is made by a public builder of the same name", () => {
    const builders = { ...nn, ...nn.operations } as unknown as Readonly<Record<string, unknown>>;
    const missing = Object.keys(layerTypes).filter((type) => typeof builders[type] !== "function");
    expect(missing).toEqual([]);
  });

  it("belongs to the layer: what happens to the caller's lists later changes nothing", () => {
    const [shape, group] = [[2, 3], { start: 0, features: 1, objects: 2 }];
    const layers = [
      reshape(shape),
      slice(group),
      edges(group, group, 2),
      maxPool(shape, { stride: 1 }),
    ];
    const before = layers.map((layer) => JSON.stringify([specOf(layer), layer.name]));
    shape[0] = 7;
    group.features = 2;
    expect(layers.map((layer) => JSON.stringify([specOf(layer), layer.name]))).toEqual(before);
    expect(layers[0].outputShape([[6]])).toEqual([2, 3]);
  });

  it("of an unknown type is refused with those that there are", () => {
    expect(() => layerFrom({ type: "swish" } as never)).toThrow(
      'layerFrom: "swish" is no layer of this library. Use one of relu, leakyRelu,',
    );
    expect(() => layerFrom("relu" as never)).toThrow('a layer is { type, … }, got "relu"');
    expect(() => layerFrom({ type: "constructor" } as never)).toThrow(
      "is no layer of this library",
    );
  });

  it.each([
    ["conv3d(1→4, kernel 2×2×2, padding 0+1×0×0+2, stride 2×1×3, dilation 1×2×2)", "conv3d"],
    ["conv1d(1→5, kernel 15, padding 1)", "conv1d"],
    ["conv2d(2→3, kernel 3×3)", "conv2d"],
    ["maxPool(2)", "maxPool"],
    ["maxPool(3×2, stride 1×2, padding 1×0+1)", "maxPool"],
    ["averagePool(2×3, stride 1)", "averagePool"],
    ["reshape(2×3)", "reshape"],
    ["slice(2×3 at 4)", "slice"],
    ["edges(30×60, 14×5 at 1800→60)", "edges"],
    ["leakyRelu(0.1)", "leakyRelu"],
    ["elu(0.7)", "elu"],
    ["dense(3→4)", "dense"],
    ["objectDense(3→4)", "objectDense"],
    ["segmentSum(5)", "segmentSum"],
    ["dropout(0.4)", "dropout"],
    ["globalSum", "globalSum"],
  ])("is found for %s in a file from before there were any", (text, type) => {
    const [{ layer }] = networkFrom({
      name: "old",
      nodes: [{ layer: text as never, inputs: [0] }],
    }).nodes;
    expect([layer.name, layer.spec?.type]).toEqual([text, type]);
  });
});

/** tanh cut off at ±½: another function under the same name. */
const clipped: ElementwiseLayer = {
  ...tanh(),
  value: (x, y, count) => {
    for (let p = 0; p < count; p++) y[p] = Math.max(-0.5, Math.min(0.5, x[p]));
  },
  derivative: (x, _y, d, count) => {
    for (let p = 0; p < count; p++) d[p] = Math.abs(x[p]) < 0.5 ? 1 : 0;
  },
  secondDerivative: (_x, _y, d, count) => void d.fill(0, 0, count),
};

describe("a layer that somebody changed", () => {
  const network = sequential([dense(3, 4), clipped, dense(4, 2)], "changed");
  const theta = randomTensor([network.parameterCount], 3).data;
  const samples = { x: randomTensor([6, 3], 4), target: randomTensor([6, 2], 5) };
  const risk = { loss: meanSquaredError };

  it("works in this thread: outputs, gradients, products, training and an exact Hessian", async () => {
    const [, before, after] = (() => {
      const evaluator = makeEvaluator(network, [3], 6);
      evaluator.forward(theta, samples.x.data, 6);
      return evaluator.values;
    })();
    expect(Array.from(after)).toEqual(Array.from(before, (v) => Math.max(-0.5, Math.min(0.5, v))));
    expect(riskAndGradient(network, theta, samples, risk).gradient.every(Number.isFinite)).toBe(
      true,
    );
    expect(riskHvp(network, theta, samples, theta, risk).every(Number.isFinite)).toBe(true);
    expect(
      inputGradients(network, theta, samples, meanSquaredError).data.every(Number.isFinite),
    ).toBe(true);
    const trained = train(network, samples, { ...risk, epochs: 2, rng: makeRng(1), stuck: false });
    expect(trained.theta.every(Number.isFinite)).toBe(true);
    const hessian = await parallelHessian(network, theta, samples, { ...risk, jobs: 1 });
    const product = riskHvp(network, theta, samples, theta, risk);
    for (let p = 0; p < theta.length; p++) {
      let sum = 0;
      for (let q = 0; q < theta.length; q++) sum += hessian.data[p * theta.length + q] * theta[q];
      expect(Math.abs(sum - product[p])).toBeLessThan(1e-9);
    }
  });

  it("is refused wherever it would have to travel", async () => {
    const sentence =
      /"tanh" is no layer of this library.*It is a copy of a tanh and may compute something else/;
    const thetas = tensor(
      [130, theta.length],
      Float64Array.from({ length: 130 * theta.length }, (_, k) => theta[k % theta.length]),
    );
    const run = { seed: 1, epochs: 1 };
    const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours" };
    expect(() => describeNetwork(network)).toThrow(sentence);
    expect(() =>
      saveNetwork(join(folder, "net.json"), { network, theta, output: "linear" }),
    ).toThrow(sentence);
    expect(() =>
      saveNetwork(join(folder, "net.json"), { network, theta, output: "linear" }),
    ).toThrow("make the network where it is used");
    await expect(lossesAt(network, thetas, samples, meanSquaredError, { jobs: 2 })).rejects.toThrow(
      sentence,
    );
    await expect(trainMany(network, samples, recipe, [run, run], { jobs: 2 })).rejects.toThrow(
      sentence,
    );
    await expect(
      trainMany(
        network,
        samples,
        recipe,
        [{ ...run, key: { function: "changed", version: 1, params: {} } }],
        { jobs: 1 },
      ),
    ).rejects.toThrow(sentence);
    await expect(
      lossesAt(network, thetas, samples, meanSquaredError, { jobs: 1 }),
    ).resolves.toMatchObject({ shape: [130, 6] });
  });

  it("is trained in single precision as it is, not as what it was made from", () => {
    const [single, double, original] = [
      [network, "float32"],
      [network, "float64"],
      [sequential([dense(3, 4), tanh(), dense(4, 2)]), "float64"],
    ].map(
      ([one, precision]) =>
        train(one as Network, samples, {
          ...{ ...risk, theta, epochs: 5, rng: makeRng(1), stuck: false },
          precision: precision as "float32" | "float64",
        }).theta,
    );
    expectAllClose(single, double, { rtol: 1e-5, atol: 1e-6 });
    expect(Math.max(...single.map((v, p) => Math.abs(v - original[p])))).toBeGreaterThan(1e-4);
  });

  it("is refused under another name as well", () => {
    const own = sequential([{ ...relu(), name: "swish" }]);
    expect(() => describeNetwork(own)).toThrow(
      'describeNetwork: "swish" is no layer of this library, so it cannot be rebuilt elsewhere. Compute in this thread (jobs: 1).',
    );
    const disguised = graph((input, then) =>
      then({ ...sequential([relu()]).nodes[0].layer, kind: "reshape" } as never, input),
    );
    expect(() => describeNetwork(disguised)).toThrow(/"relu" is no layer/);
  });

  it("is not taken for the layer that it was by fast paths: a rectifier that is none in front of a maximum", () => {
    const square: Layer = {
      ...relu(),
      value: (x, y, count) => {
        for (let p = 0; p < count; p++) y[p] = x[p] * x[p];
      },
      derivative: (x, _y, d, count) => {
        for (let p = 0; p < count; p++) d[p] = 2 * x[p];
      },
      secondDerivative: (_x, _y, d, count) => void d.fill(2, 0, count),
    };
    const chain = sequential([dense(2, 3), square, dense(3, 1)]);
    const at = randomTensor([chain.parameterCount], 6).data;
    const data = { x: randomTensor([4, 2], 7), target: tensor([4, 1]) };
    const direction = randomTensor([chain.parameterCount], 8).data;
    const step = 1e-5;
    const gradientAt = (h: number): Float64Array =>
      riskAndGradient(
        chain,
        at.map((v, p) => v + h * direction[p]),
        data,
        risk,
      ).gradient;
    const [up, down] = [gradientAt(step), gradientAt(-step)];
    const product = riskHvp(chain, at, data, direction, risk);
    product.forEach((value, p) =>
      expect(Math.abs(value - (up[p] - down[p]) / (2 * step))).toBeLessThan(
        1e-6 * (1 + Math.abs(value)),
      ),
    );
  });

  it("may be there beside layers that travel: one that is read back is this library's", () => {
    const sound = sequential([dense(3, 4), tanh(), dense(4, 2)]);
    saveNetwork(join(folder, "sound.json"), {
      network: sound,
      theta,
      inputShape: [3],
      output: "linear",
    });
    const back = readNetwork(join(folder, "sound.json"));
    expect(back.network.nodes.map(({ layer }) => specOf(layer)?.type)).toEqual([
      "dense",
      "tanh",
      "dense",
    ]);
    expect(describeNetwork(back.network)).toEqual(describeNetwork(sound));
    expect(size(flatten().outputShape([[2, 3]]))).toBe(6);
  });
});

describe("losses", () => {
  it("are found by name and others refused", () => {
    for (const loss of [softmaxCrossEntropy, logisticLoss, meanSquaredError])
      expect(lossFrom(describeLoss(loss))).toBe(loss);
    expect(() => describeLoss({ ...meanSquaredError })).toThrow(/is no loss of this library/);
    const known = Object.keys(lossTypes)
      .map((type) => JSON.stringify(type))
      .join(", ");
    const message = `lossFrom: there is no loss "hinge". Use one of ${known}.`;
    expect(() => lossFrom("hinge")).toThrow(message);
  });
});

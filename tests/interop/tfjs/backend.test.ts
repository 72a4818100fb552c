import { makeRng } from "phaselens/core";
import { tfjsBackend } from "phaselens/interop";
import {
  accuracy,
  adam,
  add,
  averagePool,
  concat,
  conv1d,
  conv2d,
  cosineSchedule,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  graph,
  kaimingNormal,
  maxPool,
  meanSquaredError,
  predict,
  relu,
  sequential,
  sgd,
  signFlips,
  softmaxCrossEntropy,
  tanh,
  train,
  type Network,
  type Samples,
  type TrainOptions,
} from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { relativeToMaximum } from "../../support/allclose.js";
import { randomTensor } from "../../support/models.js";
import { tf } from "./tfjsModule.js";

beforeAll(async () => {
  await tf.ready();
  console.log(`TensorFlow.js ${tf.version["tfjs-core"]}, backend "${tf.getBackend()}"`);
});

it.runIf(process.env.PHASELENS_TFJS_NATIVE)(
  "the native binding is what runs, where PHASELENS_TFJS_NATIVE promises it",
  () => {
    expect(tf.getBackend()).toBe("tensorflow");
  },
);

const perceptron = sequential([dense(3, 8), tanh(), dense(8, 2)]);
const series = sequential([
  conv1d(1, 3, 5, { padding: 1 }),
  maxPool(2),
  relu(),
  conv1d(3, 4, 3),
  relu(),
  averagePool(2),
  flatten(),
  dense(12, 2),
]);
const images = graph((input, then) => {
  const a = then(relu(), then(conv2d(2, 3, 3, { padding: 1 }), input));
  const b = then(concat(), then(add(), a, then(conv2d(3, 3, 1), a)), input);
  return then(
    dense(17, 2),
    then(concat(), then(flatten(), then(maxPool(2), a)), then(globalAveragePool(), b)),
  );
});

function classes(input: readonly number[], n: number): Samples {
  const x = randomTensor([n, ...input], 2);
  const width = x.data.length / n;
  const target = { shape: [n, 2], data: new Float64Array(2 * n) };
  for (let s = 0; s < n; s++)
    target.data[
      2 * s + (x.data[s * width] + x.data[s * width + 1] * x.data[s * width + 2] > 0 ? 1 : 0)
    ] = 1;
  return { x: { shape: x.shape, data: x.data.map(Math.fround) }, target };
}

const cases: readonly [string, Network, readonly number[]][] = [
  ["a perceptron", perceptron, [3]],
  ["a series", series, [1, 18]],
  ["images", images, [2, 4, 4]],
];
const options: TrainOptions = {
  loss: softmaxCrossEntropy,
  rng: makeRng(7),
  steps: 40,
  batchSize: 16,
  stuck: false,
};
const backend = tfjsBackend(tf);
// forty steps in single precision: rounding of 1e-7 a step, amplified by the way
const tolerance = 2e-4;

describe.each(cases)("%s trained in TensorFlow.js", (_, network, input) => {
  const samples = classes(input, 40);

  it.each([
    ["plain gradient descent", { optimiser: sgd({ learningRate: 0.1 }) }],
    [
      "momentum with a schedule",
      { optimiser: sgd({ learningRate: 0.05, momentum: 0.9 }), schedule: cosineSchedule },
    ],
    ["Adam", { optimiser: adam({ learningRate: 0.01 }) }],
    [
      "penalties, clipped gradients, biases ≤ 0 and flipped signs",
      {
        optimiser: adam({ learningRate: 0.01 }),
        l2: 0.01,
        l1: { firstLayer: 1e-3 },
        clip: 0.3,
        biases: "non-positive",
        augment: signFlips,
      },
    ],
  ] as [string, Partial<TrainOptions>][])("goes the way of our own engine: %s", (_name, more) => {
    const [there, here] = [{ backend }, {}].map((where) =>
      train(network, samples, { ...options, ...more, ...where }),
    );
    expect(relativeToMaximum(there.theta, here.theta)).toBeLessThan(tolerance);
    expect(Math.abs(there.loss - here.loss)).toBeLessThan(tolerance);
    there.history.forEach(({ loss }, k) =>
      expect(Math.abs(loss - here.history[k].loss)).toBeLessThan(tolerance),
    );
    expect(accuracy(predict(network, there.theta, samples.x), samples.target)).toBeCloseTo(
      accuracy(predict(network, here.theta, samples.x), samples.target),
      1,
    );
    // and it has gone somewhere
    const start = kaimingNormal(network, makeRng(7).fork("weights"));
    expect(relativeToMaximum(there.theta, start)).toBeGreaterThan(0.02);
  });
});

describe("a run in TensorFlow.js", () => {
  const samples = classes([3], 40);
  const common: TrainOptions = { ...options, steps: undefined, backend };

  it.each([sgd({ learningRate: 0.05, momentum: 0.9 }), adam({ learningRate: 0.02 })])(
    "goes on from a checkpoint as if nothing had happened: $name",
    (optimiser) => {
      const whole = train(perceptron, samples, { ...common, optimiser, epochs: 6 });
      const half = train(perceptron, samples, { ...common, optimiser, epochs: 3 });
      const rest = train(perceptron, samples, { ...common, optimiser, epochs: 6 }, half.checkpoint);
      // moments and the power of Adam's betas pass through single precision
      expect(relativeToMaximum(rest.theta, whole.theta)).toBeLessThan(1e-5);
      expect(
        relativeToMaximum(
          rest.checkpoint.optimiser.moments[0],
          whole.checkpoint.optimiser.moments[0],
        ),
      ).toBeLessThan(1e-4);
      expect(rest.checkpoint.optimiser.step).toBe(whole.checkpoint.optimiser.step);
    },
  );

  it("can be carried on in ours", () => {
    const half = train(perceptron, samples, { ...common, optimiser: adam(), epochs: 3 });
    const ours = train(
      perceptron,
      samples,
      { ...common, backend: undefined, optimiser: adam(), epochs: 6 },
      half.checkpoint,
    );
    const theirs = train(
      perceptron,
      samples,
      { ...common, optimiser: adam(), epochs: 6 },
      half.checkpoint,
    );
    expect(relativeToMaximum(theirs.theta, ours.theta)).toBeLessThan(1e-4);
  });

  it("drops out by our seed: again the same, and not nothing", () => {
    const dropping = sequential([dense(3, 30), relu(), dropout(0.5), dense(30, 2)]);
    const run = (seed: number, network: Network): Float64Array =>
      train(network, samples, { ...common, rng: makeRng(seed), epochs: 4, optimiser: adam() })
        .theta;
    expect(run(1, dropping)).toEqual(run(1, dropping));
    expect(
      relativeToMaximum(run(1, dropping), run(1, sequential([dense(3, 30), relu(), dense(30, 2)]))),
    ).toBeGreaterThan(1e-3);
  });

  it("stops at a target, takes values as targets, and leaves no tensors behind", () => {
    const before = tf.memory().numTensors;
    const values: Samples = { x: samples.x, target: randomTensor([40, 2], 4) };
    const result = train(perceptron, values, {
      ...common,
      loss: meanSquaredError,
      epochs: 200,
      stopAt: 0.9,
      optimiser: adam({ learningRate: 0.01 }),
    });
    expect(result.stopped).toBe("target");
    expect(result.loss).toBeLessThanOrEqual(0.9);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses what TensorFlow.js does not know, by name", () => {
    const plain = adam();
    expect(() =>
      train(perceptron, samples, {
        ...common,
        epochs: 1,
        optimiser: { ...plain, rule: undefined, name: "own" },
      }),
    ).toThrow("train: TensorFlow.js is given sgd and adam, not own. Train without a backend.");
    expect(() =>
      train(perceptron, samples, { ...common, epochs: 1, precision: "float32" }),
    ).toThrow("train: the precision is that of the backend TensorFlow.js. Leave precision out.");
    const network = sequential([conv1d(1, 2, 3), flatten()]);
    const values = { ...common, epochs: 1, loss: meanSquaredError };
    const short = { x: randomTensor([4, 1, 3], 1), target: randomTensor([4, 2], 1) };
    expect(() => train(network, short, values)).not.toThrow();
    const long = { x: randomTensor([4, 1, 4], 1), target: randomTensor([4, 4], 1) };
    const wrong = /tfjsBackend: TensorFlow.js cannot express 1 thing\(s\)/;
    expect(() => train(network, long, values)).toThrow(wrong);
  });
});

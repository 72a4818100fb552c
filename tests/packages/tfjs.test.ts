import { createRequire } from "node:module";
import type * as Tfjs from "@tensorflow/tfjs";
import { makeRng, type Tensor } from "phaselens/core";
import {
  accuracy,
  dense,
  kaimingNormal,
  predict,
  risk,
  riskAndGradient,
  sequential,
  sgd,
  softmaxCrossEntropy,
  tanh,
  train,
  type Samples,
} from "phaselens/nn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";

// Whichever TensorFlow.js loads, chosen in the place where danfo gets its own: the native binding
// or plain tfjs.
const tf = createRequire(import.meta.url)(
  "../../environment/tfjs-for-danfo/index.cjs",
) as typeof Tfjs;

/** Single precision: eight sums of eight products of order one. */
const tolerance = { atol: 1e-5, rtol: 0 };
const learningRate = 0.5;

const network = sequential([dense(3, 8), tanh(), dense(8, 2)]);
const initial = kaimingNormal(network, makeRng(11, "initial weights"));

/**
 * Points of a cube, labelled by the side of a bent surface that they lie on; no straight cut
 * separates them.
 */
const samples = ((): Samples => {
  const rng = makeRng(11, "points");
  const n = 200;
  const x: Tensor = {
    shape: [n, 3],
    data: Float64Array.from({ length: 3 * n }, () => Math.fround(2 * rng.uniform() - 1)),
  };
  const target: Tensor = { shape: [n, 2], data: new Float64Array(2 * n) };
  for (let s = 0; s < n; s++)
    target.data[2 * s + (x.data[3 * s] * x.data[3 * s + 1] + 0.3 * x.data[3 * s + 2] > 0 ? 1 : 0)] =
      1;
  return { x, target };
})();

/**
 * [rows, columns] → [columns, rows]: TensorFlow.js keeps kernels as [in, out], θ has weights as
 * [out, in].
 */
function transposed(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from(
    { length: rows * columns },
    (_, p) => matrix[(p % rows) * columns + Math.floor(p / rows)],
  );
}

/**
 * θ of dense layers (weight [out, in], then bias) from TensorFlow.js's list kernel, bias, kernel,
 * bias …
 */
function toTheta(weights: readonly Tfjs.Tensor[]): Float64Array {
  const blocks = weights.map((block) =>
    block.rank === 2
      ? transposed(block.dataSync(), block.shape[0], block.shape[1] as number)
      : block.dataSync(),
  );
  return Float64Array.from(blocks.flatMap((block) => Array.from(block)));
}

/** The opposite way. */
function toWeights(theta: Float64Array): Tfjs.Tensor[] {
  let offset = 0;
  const take = (count: number): Float64Array => theta.subarray(offset, (offset += count));
  return [
    [3, 8],
    [8, 2],
  ].flatMap(([inputs, outputs]) => [
    tf.tensor2d(Float32Array.from(transposed(take(inputs * outputs), outputs, inputs)), [
      inputs,
      outputs,
    ]),
    tf.tensor1d(Float32Array.from(take(outputs))),
  ]);
}

const single = ({ shape, data }: Tensor): Tfjs.Tensor2D =>
  tf.tensor2d(Float32Array.from(data), shape as [number, number]);
const crossEntropy = (target: Tfjs.Tensor, logits: Tfjs.Tensor): Tfjs.Scalar =>
  tf.losses.softmaxCrossEntropy(target, logits) as Tfjs.Scalar;

function buildModel(theta: Float64Array): Tfjs.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [3], units: 8, activation: "tanh" }),
      tf.layers.dense({ units: 2 }),
    ],
  });
  model.setWeights(toWeights(theta));
  return model;
}

let x: Tfjs.Tensor2D;
let target: Tfjs.Tensor2D;
beforeAll(async () => {
  await tf.ready();
  console.log(`TensorFlow.js ${tf.version["tfjs-core"]}, backend "${tf.getBackend()}"`);
  [x, target] = [single(samples.x), single(samples.target)];
});
afterAll(() => tf.disposeVariables());

const logitsOf = (model: Tfjs.Sequential): Float32Array =>
  (model.predict(x) as Tfjs.Tensor).dataSync() as Float32Array;
const lossOf = (model: Tfjs.Sequential): number =>
  crossEntropy(target, model.predict(x) as Tfjs.Tensor).dataSync()[0];

describe("a network trained in TensorFlow.js", () => {
  it("has the same outputs and the same loss in ours, with its weights as θ", async () => {
    const model = buildModel(initial);
    const before = lossOf(model);
    model.compile({ optimizer: tf.train.adam(0.05), loss: crossEntropy });
    await model.fit(x, target, { epochs: 60, batchSize: 200, shuffle: false, verbose: 0 });

    const theta = toTheta(model.getWeights());
    expect(theta).toHaveLength(network.parameterCount);
    expectAllClose(predict(network, theta, samples.x).data, logitsOf(model), tolerance);
    expect(
      Math.abs(risk(network, theta, samples, { loss: softmaxCrossEntropy }) - lossOf(model)),
    ).toBeLessThan(1e-5);
    // It has learnt something, so that the comparison is not one of two constants.
    expect(lossOf(model)).toBeLessThan(before / 2);
    expect(accuracy(predict(network, theta, samples.x), samples.target)).toBeGreaterThan(0.9);
  });

  it("has the same gradient of the loss in ours", () => {
    const model = buildModel(initial);
    const variables = model.trainableWeights.map((weight) => weight.read() as Tfjs.Variable);
    const { grads } = tf.variableGrads(
      () => crossEntropy(target, model.apply(x) as Tfjs.Tensor),
      variables,
    );
    const theirs = toTheta(variables.map((variable) => grads[variable.name]));
    expectAllClose(
      riskAndGradient(network, initial, samples, { loss: softmaxCrossEntropy }).gradient,
      theirs,
      tolerance,
    );
    expect(Math.max(...theirs.map(Math.abs))).toBeGreaterThan(0.01);
  });
});

describe("a network trained in ours", () => {
  const options = {
    loss: softmaxCrossEntropy,
    theta: initial,
    epochs: 40,
    batchSize: 200,
    stuck: false as const,
  };
  const trained = train(network, samples, {
    ...options,
    optimiser: sgd({ learningRate }),
    rng: makeRng(11, "order"),
  });

  it("has the same outputs and the same loss in TensorFlow.js, with θ as its weights", () => {
    const model = buildModel(trained.theta);
    expectAllClose(logitsOf(model), predict(network, trained.theta, samples.x).data, tolerance);
    expect(Math.abs(lossOf(model) - trained.loss)).toBeLessThan(1e-5);
    expectAllClose(toTheta(model.getWeights()), trained.theta, tolerance);
  });

  it("goes the same way in TensorFlow.js from the same start: whole batches, plain gradient descent", async () => {
    const model = buildModel(initial);
    model.compile({ optimizer: tf.train.sgd(learningRate), loss: crossEntropy });
    await model.fit(x, target, {
      epochs: options.epochs,
      batchSize: 200,
      shuffle: false,
      verbose: 0,
    });
    // Forty steps carry the rounding of single precision along.
    expectAllClose(toTheta(model.getWeights()), trained.theta, { atol: 1e-4, rtol: 0 });
    expect(
      Math.max(...trained.theta.map((value, p) => Math.abs(value - initial[p]))),
    ).toBeGreaterThan(0.3);
  });
});

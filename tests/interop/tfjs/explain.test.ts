import { makeRng, takeRows } from "phaselens/core";
import { channelsFirst, fromTfjs } from "phaselens/interop";
import { exactHessian } from "phaselens/hessian";
import { attribute, epsilon, gradientTimesInput, relevance, uniform } from "phaselens/lrp";
import { softmaxCrossEntropy } from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAllClose } from "../../support/allclose.js";
import { randomTensor } from "../../support/models.js";
import { tf } from "./tfjsModule.js";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";

beforeAll(() => tf.ready());

/**
 * Overlapping windows, "same" padding, batch normalisation before and behind a rectifier, a branch.
 */
function model(): ReturnType<typeof tf.model> {
  const input = tf.input({ shape: [6, 5, 2] });
  const a = tf.layers
    .conv2d({ filters: 3, kernelSize: [2, 3], padding: "same", useBias: false })
    .apply(input);
  const b = tf.layers
    .reLU()
    .apply(
      tf.layers.batchNormalization({ center: false, movingMeanInitializer: "zeros" }).apply(a),
    );
  const c = tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }).apply(b) as never;
  const d = tf.layers
    .averagePooling2d({ poolSize: 2, strides: 1, padding: "same" })
    .apply(tf.layers.conv2d({ filters: 3, kernelSize: 1, useBias: false }).apply(c)) as never;
  const joined = tf.layers.flatten().apply(tf.layers.add().apply([c, d]));
  const made = tf.model({
    inputs: input,
    outputs: tf.layers
      .dense({ units: 3, activation: "softmax", useBias: false })
      .apply(joined) as never,
  });
  const rng = makeRng(3, "weights");
  made.setWeights(
    made.weights.map((weight) =>
      tf.tensor(
        Float32Array.from(
          { length: weight.shape.reduce((n: number, extent) => n * extent!, 1) },
          () =>
            weight.name.includes("variance")
              ? 0.5 + rng.uniform()
              : weight.name.includes("mean")
                ? 0
                : 0.6 * rng.normal(),
        ),
        weight.shape as number[],
      ),
    ),
  );
  return made;
}

describe("a network that came from TensorFlow.js", () => {
  it("is explained from its logits: without biases, ε → 0 is gradient × input", () => {
    const { network, theta, output, inputShape } = fromTfjs(model());
    expect([output, inputShape]).toEqual(["softmax", [2, 6, 5]]);
    const x = channelsFirst(randomTensor([4, 6, 5, 2], 8));
    const there = attribute(network, theta, x, gradientTimesInput());
    expectAllClose(relevance(network, theta, x, uniform(epsilon(0))).at[0].data, there.at[0].data, {
      rtol: 1e-7,
      atol: 1e-9,
    });
    expect(Math.max(...there.at[0].data.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it("has an exact Hessian: its products are those of automatic differentiation", () => {
    const { network, theta } = fromTfjs(model());
    const x = channelsFirst(randomTensor([6, 6, 5, 2], 8));
    const target = {
      shape: [6, 3],
      data: Float64Array.from({ length: 18 }, (_, k) => (k % 3 === Math.floor(k / 3) % 3 ? 1 : 0)),
    };
    const hessian = exactHessian(network, theta, { x, target }, { loss: softmaxCrossEntropy });
    const v = randomTensor([theta.length], 9).data;
    const product = riskHvp(network, theta, { x, target }, v, { loss: softmaxCrossEntropy });
    const P = theta.length;
    expectAllClose(
      Float64Array.from({ length: P }, (_, p) =>
        v.reduce((sum, one, q) => sum + hessian.data[p * P + q] * one, 0),
      ),
      product,
      { rtol: 1e-9, atol: 1e-11 },
    );
    expect(takeRows(hessian, [0]).data.length).toBe(P);
  });
});

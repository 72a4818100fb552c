import { row, takeRows, tensor } from "phaselens/core";
import {
  activations,
  losses,
  perSampleGradients,
  predict,
  risk,
  riskAndGradient,
  sequential,
  dense,
  relu,
  leakyRelu,
  elu,
  tanh,
  sigmoid,
  softplus,
  softmaxCrossEntropy,
  meanSquaredError,
  accuracy,
  type ElementwiseLayer,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { problems, randomTensor } from "../support/models.js";
import { axpy } from "phaselens/internal/core/tensor";
import { minimalTargets } from "phaselens/internal/nn/losses/minimalTargets";
import { inputGradients } from "phaselens/internal/nn/losses/risk";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";

// balances the O(h²) truncation of central differences against rounding
const STEP = Math.cbrt(Number.EPSILON);

describe.each(Object.entries(problems))("%s", (_name, make) => {
  const { network, theta, samples, loss } = make(11);
  const options = { loss, l2: 0.3 };
  const gradientAt = (at: Float64Array): Float64Array =>
    riskAndGradient(network, at, samples, options).gradient;

  it("the gradient is the central difference of the risk", () => {
    const { gradient } = riskAndGradient(network, theta, samples, { ...options, l1: 0.1 });
    const shifted = (p: number, h: number): number => {
      const at = theta.slice();
      at[p] += h;
      return risk(network, at, samples, { ...options, l1: 0.1 });
    };
    const differences = theta.map((_, p) => (shifted(p, STEP) - shifted(p, -STEP)) / (2 * STEP));
    expectAllClose(gradient, differences, { rtol: 1e-6, atol: 1e-8 });
  });

  it("per-sample gradients with the penalty are the gradients of batches of one, and their mean is the gradient", () => {
    const all = perSampleGradients(network, theta, samples, {
      ...options,
      convention: "dawid2021",
    });
    const bare = perSampleGradients(network, theta, samples, options);
    expectAllClose(
      all.data.map((v, k) => v - bare.data[k]),
      all.data.map((_, k) => options.l2 * theta[k % theta.length]),
      { rtol: 1e-9, atol: 1e-13 },
    );
    const mean = new Float64Array(theta.length);
    for (let n = 0; n < samples.x.shape[0]; n++) {
      const one = { x: takeRows(samples.x, [n]), target: takeRows(samples.target, [n]) };
      expectAllClose(row(all, n), riskAndGradient(network, theta, one, options).gradient, {
        rtol: 1e-11,
        atol: 1e-13,
      });
      axpy(1 / samples.x.shape[0], row(all, n), mean);
    }
    expectAllClose(mean, gradientAt(theta), { rtol: 1e-11, atol: 1e-13 });
  });

  it("the Hessian-vector product is the directional derivative of the gradient, and repeats itself", () => {
    const v = randomTensor([theta.length], 5).data;
    const [up, down] = [theta.slice(), theta.slice()];
    axpy(STEP, v, up);
    axpy(-STEP, v, down);
    const below = gradientAt(down);
    const central = gradientAt(up).map((g, p) => (g - below[p]) / (2 * STEP));
    const product = riskHvp(network, theta, samples, v, options);
    expectAllClose(product, central, { rtol: 1e-6, atol: 1e-7 });
    expect(riskHvp(network, theta, samples, v, options)).toEqual(product);
  });

  it("the input gradient is the central difference of the losses", () => {
    const gradients = inputGradients(network, theta, samples, loss);
    const width = samples.x.data.length / samples.x.shape[0];
    for (const n of [0, samples.x.shape[0] - 1]) {
      const differences = new Float64Array(width);
      for (let f = 0; f < width; f++) {
        const value = (h: number): number => {
          const x = tensor(samples.x.shape, samples.x.data.slice());
          x.data[n * width + f] += h;
          return losses(loss, predict(network, theta, x), samples.target)[n];
        };
        differences[f] = (value(STEP) - value(-STEP)) / (2 * STEP);
      }
      expectAllClose(row(gradients, n), differences, { rtol: 1e-6, atol: 1e-8 });
    }
  });

  it("more samples than a chunk holds change nothing", () => {
    const repeated = Array.from({ length: 70 }, (_, n) => n % samples.x.shape[0]);
    const many = { x: takeRows(samples.x, repeated), target: takeRows(samples.target, repeated) };
    const outputs = predict(network, theta, many.x);
    expectAllClose(
      row(outputs, 67),
      row(predict(network, theta, samples.x), 67 % samples.x.shape[0]),
      { rtol: 1e-12 },
    );
    expectAllClose(activations(network, theta, many.x)[network.nodes.length].data, outputs.data, {
      rtol: 1e-12,
    });
  });
});

describe.each([
  relu(),
  leakyRelu(0.1),
  elu(0.7),
  tanh(),
  sigmoid(),
  softplus(),
] as ElementwiseLayer[])("$name", (layer) => {
  it("has the derivatives it states, also far out", () => {
    const x = Float64Array.of(-800, -3.1, -0.4, 0.7, 2.2, 800);
    const at = (h: number): Float64Array => {
      const y = new Float64Array(x.length);
      layer.value(
        x.map((v) => v + h),
        y,
        x.length,
      );
      return y;
    };
    const [y, first, second] = [at(0), new Float64Array(x.length), new Float64Array(x.length)];
    layer.derivative(x, y, first, x.length);
    layer.secondDerivative(x, y, second, x.length);
    const h = 1e-4;
    expectAllClose(
      first,
      x.map((_, p) => (at(h)[p] - at(-h)[p]) / (2 * h)),
      { rtol: 1e-7, atol: 1e-7 },
    );
    expectAllClose(
      second,
      x.map((_, p) => (at(h)[p] - 2 * y[p] + at(-h)[p]) / h ** 2),
      { rtol: 1e-5, atol: 1e-5 },
    );
  });
});

describe("losses", () => {
  it("softmax cross-entropy of equal outputs is the logarithm of the number of classes, and does not overflow", () => {
    const target = tensor([2, 3], [1, 0, 0, 0, 1, 0]);
    expectAllClose(losses(softmaxCrossEntropy, tensor([2, 3], [5, 5, 5, 1e4, 0, 0]), target), [
      Math.log(3),
      1e4,
    ]);
  });
  it.each([softmaxCrossEntropy, meanSquaredError])(
    "the factors of $name multiply to its Hessian",
    (loss) => {
      for (const out of [2, 4]) {
        const z = randomTensor([3, out], 1);
        const target = tensor([3, out]);
        for (let n = 0; n < 3; n++) target.data[n * out + (n % out)] = 1;
        const v = randomTensor([3, out], 2);
        const product = new Float64Array(3 * out);
        loss.hessianProduct(z.data, target.data, v.data, 3, out, product);
        const sum = new Float64Array(3 * out);
        for (let k = 0; k < loss.factors(out); k++) {
          const f = new Float64Array(3 * out);
          loss.factor(z.data, target.data, k, 3, out, f);
          for (let n = 0; n < 3; n++) {
            let along = 0;
            for (let j = 0; j < out; j++) along += f[n * out + j] * v.data[n * out + j];
            for (let j = 0; j < out; j++) sum[n * out + j] += along * f[n * out + j];
          }
        }
        expectAllClose(sum, product, { rtol: 1e-12, atol: 1e-14 });
      }
    },
  );
  it("minimal targets take the predicted label as true (Dawid et al. 2021, App. A)", () => {
    const z = tensor([2, 2], [0.1, 0.9, 3, -1]);
    expect(Array.from(minimalTargets(z).data)).toEqual([0, 1, 1, 0]);
    expect(accuracy(z, tensor([2, 2], [1, 0, 1, 0]))).toBe(0.5);
  });
});

describe("bad input", () => {
  const network = sequential([dense(2, 2)], "small");
  const x = randomTensor([3, 2], 1);
  const target = tensor([3, 2], [1, 0, 0, 1, 1, 0]);
  const options = { loss: softmaxCrossEntropy };
  it("names the value, the expectation and the cure", () => {
    expect(() => risk(network, new Float64Array(5), { x, target }, options)).toThrow(
      "small: theta must have 6 entries, got 5.",
    );
    expect(() =>
      risk(network, new Float64Array(6), { x, target: tensor([2, 2]) }, options),
    ).toThrow("risk: 3 inputs but 2 targets. Each sample needs one target row.");
    expect(() =>
      risk(network, new Float64Array(6), { x, target: tensor([3, 1]) }, options),
    ).toThrow("risk: targets must have shape [n, 2] as the network's output, got [3,1].");
    expect(() =>
      risk(
        network,
        new Float64Array(6),
        { x: tensor([3, 2], [1, 2, NaN, 4, 5, 6]), target },
        options,
      ),
    ).toThrow(/risk: inputs: entry 2 is NaN/);
    expect(() =>
      risk(network, new Float64Array(6), { x: tensor([0, 2]), target: tensor([0, 2]) }, options),
    ).toThrow("risk: there are no samples. Pass at least one.");
    expect(() => predict(network, new Float64Array(6), tensor([3, 4]))).toThrow(
      /samples must have shape \[2\], got \[4\]/,
    );
  });
});

import { fileURLToPath } from "node:url";
import { makeRng, readNpy, tensor } from "phaselens/core";
import { exactHessian } from "phaselens/hessian";
import { readModel } from "phaselens/interop";
import { attribute, epsilon, gradientTimesInput, relevance, uniform } from "phaselens/lrp";
import {
  describeNetwork,
  flatten,
  graph,
  meanSquaredError,
  predict,
  riskAndGradient,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { channelsLast } from "phaselens/internal/interop/models/tfjs/channelOrder";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/softmax_axis1/${name}`, import.meta.url));
const model = await readModel(fixture("model.json"));
const [x, y] = [readNpy(fixture("x.npy")), readNpy(fixture("y.npy"))];
/** With its outputs as one vector, for a loss. */
const flat = graph((input, then) => {
  let value = input;
  for (const { layer } of model.network.nodes) value = then(layer, value);
  return then(flatten(), value);
}, "flat");

describe("a softmax along another axis than the channels", () => {
  it("has the outputs of Keras", () => {
    expect([model.output, model.notes]).toEqual([
      "linear",
      ["softmax (Softmax) is along axis 1 of [4,3], and stays a layer."],
    ]);
    const here = channelsLast(predict(model.network, model.theta, model.pack({ input: x })));
    expect(here.shape).toEqual(y.shape);
    here.data.forEach((value, k) => expect(Math.abs(value - y.data[k])).toBeLessThan(2e-7));
  });

  it("has the derivatives of its values", () => {
    const rng = makeRng(1, "softmax");
    const normal = (count: number): Float64Array =>
      Float64Array.from({ length: count }, () => rng.normal());
    const samples = { x: model.pack({ input: x }), target: tensor([6, 12], normal(72)) };
    const theta = normal(flat.parameterCount);
    const v = normal(theta.length);
    const risk = { loss: meanSquaredError, l2: 0.1 };
    const at = (step: number): ReturnType<typeof riskAndGradient> =>
      riskAndGradient(
        flat,
        theta.map((one, p) => one + step * v[p]),
        samples,
        risk,
      );
    const h = 1e-5;
    const { gradient } = at(0);
    const slope = gradient.reduce((sum, g, p) => sum + g * v[p], 0);
    expect(Math.abs((at(h).risk - at(-h).risk) / (2 * h) - slope)).toBeLessThan(1e-8);
    const product = riskHvp(flat, theta, samples, v, risk);
    const [up, down] = [at(h).gradient, at(-h).gradient];
    product.forEach((value, p) =>
      expect(Math.abs(value - (up[p] - down[p]) / (2 * h))).toBeLessThan(1e-8),
    );
    const hessian = exactHessian(flat, theta, samples, risk);
    product.forEach((value, p) => {
      const own = v.reduce((sum, one, q) => sum + hessian.data[p * theta.length + q] * one, 0);
      expect(Math.abs(own - value)).toBeLessThan(1e-12);
    });
  });

  it("is explained by derivatives and by rules, and travels", () => {
    const samples = model.pack({ input: x });
    const { at } = attribute(flat, model.theta, samples, gradientTimesInput());
    expect(at[0].shape).toEqual([6, 3, 4]);
    const found = relevance(flat, model.theta, samples, uniform(epsilon()));
    expect(found.at[0].shape).toEqual([6, 3, 4]);
    expect(describeNetwork(flat).nodes.some(({ layer }) => layer.type === "softmaxAlong")).toBe(
      true,
    );
  });
});

import { makeRng, tensor } from "phaselens/core";
import { attribute, gradientTimesInput } from "phaselens/lrp";
import {
  add,
  concat,
  dense,
  describeNetwork,
  flatten,
  graph,
  kaimingNormal,
  meanSquaredError,
  pack,
  predict,
  reshape,
  riskAndGradient,
  sequential,
  tanh,
  unpack,
  type Block,
  type NetworkDescription,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { randomTensor } from "../support/models.js";
import { expectAllClose } from "../support/allclose.js";

const tagger = graph(
  { tracks: [2, 3], jet: [4], images: [1, 2, 2] },
  ({ tracks, jet, images }, then) => {
    const flat = [tracks, images].map((value) => then(flatten(), value));
    return then(dense(14, 1), then(concat(), flat[0], jet, flat[1]));
  },
);
const tensors = {
  images: randomTensor([2, 1, 2, 2], 3),
  tracks: randomTensor([2, 2, 3], 1),
  jet: randomTensor([2, 4], 2),
};

describe("a network with several inputs", () => {
  it("hands out the entries of one flat row, each input under its shape", () => {
    expect(tagger.inputs).toEqual([
      { name: "tracks", shape: [2, 3], start: 0 },
      { name: "jet", shape: [4], start: 6 },
      { name: "images", shape: [1, 2, 2], start: 10 },
    ]);
    const x = pack(tagger, tensors);
    expect(x.shape).toEqual([2, 14]);
    const theta = kaimingNormal(tagger, makeRng(1));
    const plain = predict(sequential([dense(14, 1)]), theta, x);
    expect(predict(tagger, theta, x)).toEqual(plain);
  });

  it("is packed and unpacked by name, relevance likewise", () => {
    const x = pack(tagger, tensors);
    expect(unpack(tagger, x)).toEqual(tensors);
    const theta = kaimingNormal(tagger, makeRng(2));
    const relevance = unpack(tagger, attribute(tagger, theta, x, gradientTimesInput()).at[0]);
    expect(relevance.jet.shape).toEqual([2, 4]);
    expectAllClose(
      relevance.jet.data,
      tensors.jet.data.map((value, p) => value * theta[6 + (p % 4)]),
      { rtol: 1e-13 },
    );
  });

  it("is described with its inputs", () => {
    const text = JSON.stringify(describeNetwork(tagger));
    const again = networkFrom(JSON.parse(text) as NetworkDescription);
    expect(again.inputs).toEqual(tagger.inputs);
    expect(JSON.stringify(describeNetwork(again))).toBe(text);
    const hurt = (inputs: unknown): NetworkDescription => ({
      ...(JSON.parse(text) as NetworkDescription),
      inputs: inputs as never,
    });
    for (const inputs of [[], {}, [{ name: "a", shape: [2], start: 1 }], [{ name: "a", start: 0 }]])
      expect(() => networkFrom(hurt(inputs))).toThrow("inputs must be a list of { name, shape");
  });

  it.each<[string, () => unknown, string]>([
    ["unknown", () => pack(tagger, { ...tensors, b: tensors.jet }), '"b" is no input of graph.'],
    ["missing", () => pack(tagger, { jet: tensors.jet }), "pack: tracks, images is missing"],
    [
      "misshapen",
      () => pack(tagger, { ...tensors, jet: tensor([2, 5]) }),
      "shape [2,4], got [2,5]",
    ],
    ["without a name", () => pack(sequential([tanh()]), {}), "has one input without a name"],
    ["unpacked from others", () => unpack(tagger, tensor([2, 13])), "14 entries"],
    ["of no extent", () => graph({ a: [0] }, ({ a }) => a), "must be whole numbers ≥ 1, got [0]"],
    ["none", () => graph({}, () => ({ index: 0 })), "there are no inputs"],
    ["alone", () => graph({ a: [1] }, undefined as never), "comes the function that builds"],
  ])("names an input that is %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("a block", () => {
  /** A perceptron with a bridge over it. */
  const bridged = (width: number): Block => ({
    kind: "block",
    name: "bridged",
    build(then, _again, input) {
      const hidden = then(tanh(), then(dense(width, 5), input));
      return then(add(), input, then(dense(5, width), hidden));
    },
  });

  it("is put into a chain and into a graph like a layer", () => {
    const chain = sequential([bridged(2), dense(2, 1)]);
    const same = graph((x, then, again) => then(dense(2, 1), bridged(2).build(then, again, x)));
    expect(describeNetwork(chain).nodes).toEqual(describeNetwork(same).nodes);
  });

  it("is used again with the parameters of each of its layers, whose gradients add up", () => {
    const [shared, apart] = [true, false].map((again_) =>
      graph((x, then, again) => {
        const once = then(bridged(2), x);
        const nested: Block = {
          kind: "block",
          name: "n",
          build: (_t, _a, v) => then(bridged(2), v),
        };
        return again_ ? again(once, once) : then(nested, once);
      }),
    );
    expect([shared.parameterCount, apart.parameterCount]).toEqual([27, 54]);
    const theta = kaimingNormal(shared, makeRng(3));
    const samples = { x: randomTensor([3, 2], 4), target: randomTensor([3, 2], 5) };
    const risk = { loss: meanSquaredError };
    const twice = riskAndGradient(apart, Float64Array.of(...theta, ...theta), samples, risk);
    const once = riskAndGradient(shared, theta, samples, risk);
    expect(once.risk).toBe(twice.risk);
    const sum = theta.map((_, p) => twice.gradient[p] + twice.gradient[27 + p]);
    expectAllClose(once.gradient, sum, { rtol: 1e-12 });
  });
});

describe("concat along an axis", () => {
  it("puts the entries there one after the other", () => {
    const joined = graph((x, then) => {
      const whole = then(reshape([2, 3]), x);
      return then(flatten(), then(concat(1), whole, whole));
    });
    const y = predict(joined, new Float64Array(0), tensor([1, 6], [1, 2, 3, 4, 5, 6]));
    expect(Array.from(y.data)).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
  });

  it("refuses what is no axis, and inputs that differ elsewhere", () => {
    expect(() => concat(0.5)).toThrow("concat: the axis must be a whole number ≥ 0, got 0.5");
    const shapes = [
      [2, 3],
      [4, 3],
    ];
    expect(concat().outputShape(shapes)).toEqual([6, 3]);
    expect(() => concat(1).outputShape(shapes)).toThrow(
      "must agree in all axes but axis 1, got [2,3] and [4,3]",
    );
    expect(() => concat(2).outputShape([[2], [2]])).toThrow("all axes but axis 2");
  });
});

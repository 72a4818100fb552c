import { row, tensor } from "phaselens/core";
import {
  attribute,
  deepLift,
  epsilon,
  gradientTimesInput,
  halfAndHalf,
  integratedGradients,
  layerwise,
  normalisationCentring,
  relevance,
  uniform,
  type Composite,
} from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

const op = nn.operations;

const exact = uniform(epsilon(0));
const halves: Composite = {
  ...exact,
  rules: { ...exact.rules, product: { ...halfAndHalf, stabiliser: 0 } },
};
const start = { output: 0 } as const;
const sum = (values: Float64Array): number => values.reduce((total, one) => total + one, 0);

/** Scores of objects [2, 4] for each other, and the features that they weigh; without biases. */
const attention = nn.graph((x, then) => {
  const [q, v] = [nn.relu(), op.rescale(0.7)].map((f) => then(f, x));
  const scores = then(nn.matmul({ transposeA: true }), q, x);
  return then(nn.globalSum(), then(nn.matmul({ signal: 0 }), v, scores));
});

describe("relevance through products", () => {
  it("by halves is a third of gradient × input where f is of third degree", () => {
    const x = randomTensor([3, 2, 4], 1);
    const theta = new Float64Array(0);
    const found = relevance(attention, theta, x, halves, { start }).at[0];
    const times = attribute(attention, theta, x, gradientTimesInput(), { start }).at[0];
    // v (q x): half to v, half of the rest to q and to x, which is not what a third each would be
    expect(found.data).not.toEqual(times.data);
    for (let n = 0; n < 3; n++) {
      expect(sum(row(times, n))).toBeCloseTo(3 * sum(row(found, n)), 10);
    }
    const square = nn.graph((input, then) =>
      then(nn.globalSum(), then(nn.multiply(), input, input)),
    );
    const [own, gradient] = [layerwise(halves), gradientTimesInput()].map(
      (method) => attribute(square, theta, x, method, { start }).at[0].data,
    );
    expectAllClose(
      own,
      gradient.map((value) => value / 2),
      { rtol: 1e-13 },
    );
  });

  it("by halves is the same for both, of entries and of matrices", () => {
    const shapes = { a: [2, 2], b: [2, 2] };
    for (const layer of [nn.multiply(), nn.matmul()]) {
      const network = nn.graph(shapes, ({ a, b }, then) => then(nn.flatten(), then(layer, a, b)));
      const x = tensor([1, 8], [1, 2, 3, 4, 5, 6, 7, 8]);
      const theta = new Float64Array(0);
      const { a, b } = nn.unpack(network, relevance(network, theta, x, halves, { start }).at[0]);
      const [y] = nn.predict(network, theta, x).data;
      expectAllClose([sum(a.data), sum(b.data)], [y / 2, y / 2], { rtol: 1e-13 });
    }
  });

  it("goes to the signal alone where one is named: a mask takes nothing", () => {
    const masked = nn.graph({ x: [2, 3], mask: [1, 3] }, ({ x, mask }, then) =>
      then(nn.globalSum(), then(nn.multiply({ signal: 0 }), x, mask)),
    );
    const x = nn.pack(masked, {
      x: randomTensor([2, 2, 3], 2),
      mask: tensor([2, 1, 3], [1, 1, 0, 1, 0, 0]),
    });
    const { at, conservation } = relevance(masked, new Float64Array(0), x, exact, { start });
    const { mask, x: own } = nn.unpack(masked, at[0]);
    expect(Array.from(mask.data)).toEqual([0, 0, 0, 0, 0, 0]);
    const gradient = nn.unpack(
      masked,
      attribute(masked, new Float64Array(0), x, gradientTimesInput(), { start }).at[0],
    );
    expectAllClose(own.data, gradient.x.data, { rtol: 1e-12, atol: 1e-14 });
    for (const entry of conservation) expect(Math.abs(entry.lost)).toBeLessThan(1e-12);
  });

  it("conserves what the books do not call lost, layer by layer", () => {
    const x = randomTensor([2, 2, 4], 3);
    const network = nn.graph((input, then) => {
      const scores = then(nn.matmul({ transposeA: true }), input, input);
      const weights = then(op.softmaxAlong(1), scores);
      const mixed = then(nn.matmul({ transposeB: true }), then(op.normalise([0]), input), weights);
      const shifted = then(nn.add(), mixed, then(op.parameter([2, 4], 0.3)));
      return then(
        nn.globalSum(),
        then(
          op.pad(
            [
              [0, 0],
              [0, 1],
            ],
            0.2,
          ),
          shifted,
        ),
      );
    });
    const theta = Float64Array.from({ length: 8 }, () => 0.3);
    for (const composite of [
      exact,
      halves,
      { ...halves, rules: { ...halves.rules, normalisation: normalisationCentring } },
    ]) {
      const { at, output, conservation } = relevance(network, theta, x, composite, { start });
      const promised = output.data[0] + output.data[2];
      const lost = conservation.reduce((total, entry) => total + entry.lost, 0);
      expect(sum(at[0].data) + lost).toBeCloseTo(promised, 8);
      expect(conservation.map(({ rule }) => rule)).toEqual(
        expect.arrayContaining(["Taylor", "kept", "handed on"]),
      );
    }
  });
});

describe("integrated gradients", () => {
  it("are complete through attention and normalisation", () => {
    const network = nn.graph((input, then) => {
      const scores = then(nn.matmul({ transposeA: true }), input, input);
      const weights = then(op.softmaxAlong(1), scores);
      const mixed = then(nn.matmul({ transposeB: true }), input, weights);
      return then(
        nn.globalSum(),
        then(nn.gelu(), then(op.normalise([0], { epsilon: 0.5 }), mixed)),
      );
    });
    const x = randomTensor([2, 2, 4], 4);
    const method = integratedGradients({ steps: 400 });
    const { at, missing } = attribute(network, new Float64Array(0), x, method, { start });
    expect(Math.max(...missing!.map(Math.abs))).toBeLessThan(1e-4);
    expect(Math.abs(sum(row(at[0], 0)))).toBeGreaterThan(0.01);
  });
});

/** A network of samples [2, 4] through each kind of layer; a kind without one does not compile. */
const ofEveryKind: Readonly<
  Record<Exclude<nn.Layer["kind"], "own">, (x: nn.GraphValue, then: nn.Then) => nn.GraphValue>
> = {
  affine: (x, then) => then(nn.conv1d(2, 3, 2), x),
  elementwise: (x, then) => then(nn.softplus(), x),
  pooling: (x, then) => then(nn.maxPool(2), x),
  merge: (x, then) => then(nn.concat(), x, then(nn.add(), x, then(nn.tanh(), x))),
  reshape: (x, then) => then(nn.reshape([4, 2]), x),
  slice: (x, then) =>
    then(nn.slice({ start: 1, features: 2, objects: 3 }), then(nn.reshape([8]), x)),
  dropout: (x, then) => then(nn.dropout(0.5), x),
  gather: (x, then) => then(op.take(1, [3, 0, 0]), x),
  choice: (x, then) => then(op.maximum(), x, then(op.rescale(-1, 0.3), x)),
  product: (x, then) => then(nn.multiply(), x, then(nn.sigmoid(), x)),
  softmax: (x, then) => then(op.softmaxAlong(1), x),
  normalisation: (x, then) => then(op.normalise([1], { epsilon: 0.5 }), x),
  scaling: (x, then) => then(op.scaling(2, { axis: 0 }), x),
  source: (x, then) => then(nn.add(), x, then(op.constant([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]))),
};

describe.each(Object.entries(ofEveryKind))(
  "what is shared out through the kind %s",
  (_kind, of) => {
    const network = nn.graph((x, then) => {
      const flat = (y: nn.GraphValue): nn.GraphValue => then(nn.globalSum(), y);
      return flat(then(nn.tanh(), of(then(op.rescale(0.5, 0.2), x), then)));
    });
    const theta = randomTensor([network.parameterCount], 3).data;
    const x = randomTensor([2, 2, 4], 5);
    const baseline = randomTensor([2, 4], 6);

    it.each([integratedGradients({ steps: 4000, baseline }), deepLift({ baseline })])(
      "by $name is f(x) − f(x′)",
      (method) => {
        const { at, output, missing } = attribute(network, theta, x, method, { start });
        const before = nn.predict(network, theta, tensor([1, 2, 4], baseline.data)).data[0];
        for (const n of [0, 1]) {
          expect(sum(row(at[0], n))).toBeCloseTo(row(output, n)[0] - before, 3);
          expect(Math.abs(missing![n])).toBeLessThan(1e-3);
        }
      },
    );
  },
);

describe("DeepLift", () => {
  it("shares a product out completely, half of the difference to each", () => {
    const product = nn.graph({ a: [1], b: [1] }, ({ a, b }, then) => then(nn.multiply(), a, b));
    const x = tensor([1, 2], [3, 5]);
    const baseline = tensor([2], [1, 2]);
    const found = attribute(product, new Float64Array(0), x, deepLift({ baseline }), { start });
    expect(Array.from(found.at[0].data)).toEqual([(2 * 7) / 2, (3 * 4) / 2]); // sums to 15 − 2
  });

  it("takes half to each of two entries that cannot carry a change of choice, the rest is missing", () => {
    const shapes = { condition: [1], a: [1], b: [1] };
    const choice = nn.graph(shapes, ({ condition, a, b }, then) =>
      then(op.where(), condition, a, b),
    );
    const baseline = tensor([3], [0, 4, 3]);
    const x = tensor([1, 3], [1, 5, 0]); // from 3, which is b, to 5, which is a
    const found = attribute(choice, new Float64Array(0), x, deepLift({ baseline }), { start });
    expect(Array.from(found.at[0].data)).toEqual([0, (5 - 4) / 2, (0 - 3) / 2]);
    expect(found.missing![0]).toBe(5 - 3 - (0.5 - 1.5));
  });
});

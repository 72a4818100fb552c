import { tensor } from "phaselens/core";
import {
  bluecher2020TableIII,
  filterRelevance,
  flat,
  relevance,
  uniform,
  zPlus,
} from "phaselens/lrp";
import {
  conv1d,
  conv2d,
  conv3d,
  dense,
  flatten,
  leakyRelu,
  maxPool,
  relu,
  sequential,
  type AffineLayer,
  type ElementwiseLayer,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

/** leakyRelu(0) has the values of relu, but is not recognised: the slow twin. */
const both = (layer: AffineLayer, window: number, features: number) =>
  [relu(), leakyRelu(0)].map((activation: ElementwiseLayer) =>
    sequential([
      layer,
      activation,
      maxPool(window),
      flatten(),
      dense(features, 6),
      relu(),
      dense(6, 3),
    ]),
  );

const heads: [AffineLayer, readonly number[], number, number][] = [
  [conv3d(1, 5, 2), [1, 8, 8, 8], 2, 135],
  [conv3d(2, 3, [1, 2, 3], { padding: 0 }), [2, 5, 4, 7], 2, 12],
  [conv3d(1, 2, 3, { padding: 1 }), [1, 5, 6, 4], 2, 24],
  [conv2d(2, 3, 3, { padding: 1 }), [2, 7, 6], 2, 27],
  [conv2d(1, 2, 2), [1, 10, 10], 3, 18],
  [conv2d(1, 2, 2, { stride: 2 }), [1, 10, 10], 2, 8], // not recognised either
  [conv1d(2, 4, 5, { padding: 2 }), [2, 31], 4, 28],
  [conv1d(1, 2, 9), [1, 900], 8, 222], // windows of eight in one dimension, several runs
];

describe.each(
  heads.map(([layer, input, window, features]) => ({
    layer,
    input,
    window,
    features,
    name: layer.name,
  })),
)("$name, relu and maxPool($window) in one", ({ layer, input, window, features }) => {
  const [fast, slow] = both(layer, window, features);
  const theta = randomTensor([fast.parameterCount], 1).data;
  const x = randomTensor([5, ...input], 2);

  it.each([bluecher2020TableIII, uniform(zPlus, { first: flat })])(
    "give what they give one after the other ($name)",
    (composite) => {
      const options = { at: [0, 1, 3], pooled: [1], batch: 2 };
      const [a, b] = [fast, slow].map((network) =>
        relevance(network, theta, x, composite, options),
      );
      for (const v of options.at)
        expectAllClose(a.at[v].data, b.at[v].data, { rtol: 1e-10, atol: 1e-12 });
      expectAllClose(a.pooled[1].data, b.pooled[1].data, { rtol: 1e-10, atol: 1e-12 });
      expectAllClose(a.output.data, b.output.data, { rtol: 1e-11, atol: 1e-12 });
      expectAllClose(a.missing!, b.missing!, { atol: 1e-11 });
      a.conservation.forEach((row, k) => {
        const other = b.conservation[k];
        expect(row).toMatchObject({
          node: other.node,
          layer: other.layer,
          rule: other.rule,
          zeroDenominators: other.zeroDenominators,
          samplesLeftWithNone: other.samplesLeftWithNone,
        });
        expect(row.leaving).toBeCloseTo(other.leaving, 10);
        expect(row.lost).toBeCloseTo(other.lost, 10);
      });
    },
  );

  it("filters take the same relevance by whatever rule lies below", () => {
    const [a, b] = [fast, slow].map(
      (network) => filterRelevance(network, theta, x, uniform(zPlus)).filters.data,
    );
    expectAllClose(a, b, { rtol: 1e-10, atol: 1e-12 });
  });
});

describe("entries that tie or nearly tie", () => {
  it("are told apart to the last bit, and the first of equals wins", () => {
    // a convolution that is the identity: windows of entries of our choosing
    const [fast, slow] = [relu(), leakyRelu(0)].map((activation) =>
      sequential([conv3d(1, 1, 1), activation, maxPool(2), flatten(), dense(4, 2)]),
    );
    const theta = Float64Array.of(1, 0, ...Array<number>(8).fill(1), 0, 0);
    // the largest is not the first
    const near = Array.from({ length: 8 }, (_, e) => 1 + ((5 * e) % 8) * Number.EPSILON);
    const equal = [0, 2, 1, 2, 2, 0, 1, 2];
    const below = Array.from({ length: 8 }, (_, e) => -1 - e);
    const tiny = [0, 5e-324, 1e-320, 0, -1, 0, 0, 0];
    const cube = (values: number[][]): number[] => {
      // windows side by side along the last axis
      const out = new Array<number>(32);
      values.forEach((window, b) =>
        window.forEach(
          (value, e) => (out[((e >> 2) * 2 + ((e >> 1) & 1)) * 8 + 2 * b + (e & 1)] = value),
        ),
      );
      return out;
    };
    const x = tensor([1, 1, 2, 2, 8], cube([near, equal, below, tiny]));
    const [a, b] = [fast, slow].map((network) =>
      relevance(network, theta, x, uniform(flat), {
        start: { target: tensor([1, 2], [1, 1]) },
        at: [0, 1, 3],
      }),
    );
    expect(Array.from(a.at[3].data)).toEqual(Array.from(b.at[3].data));
    expect(Array.from(a.at[1].data)).toEqual(Array.from(b.at[1].data));
    expect(Array.from(a.at[1].data.filter((v) => v !== 0))).toHaveLength(4);
  });
});

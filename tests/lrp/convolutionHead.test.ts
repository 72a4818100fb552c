import { bluecher2020 } from "phaselens/papers";
import { tensor } from "phaselens/core";
import { rulesFor } from "phaselens/internal/lrp/rules/composite";
import { recogniseHead } from "phaselens/internal/lrp/propagation/headSpec";
import {
  epsilon,
  filterRelevance,
  flat,
  relevance,
  tiesShared,
  uniform,
  wSquare,
  zPlus,
} from "phaselens/lrp";
import {
  add,
  averagePool,
  conv1d,
  conv2d,
  conv3d,
  dense,
  flatten,
  globalSum,
  graph,
  leakyRelu,
  maxPool,
  relu,
  sequential,
  type AffineLayer,
  type ElementwiseLayer,
  type Network,
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

  it.each([bluecher2020.tableIII, uniform(zPlus, { first: flat })])(
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

describe("a filter without weights", () => {
  // its denominators Σ w² are 0, its outputs its bias: all relevance that reaches it is lost
  const [fast, slow] = both(conv2d(1, 2, 2), 2, 8);
  const theta = randomTensor([fast.parameterCount], 3).data.map(Math.abs);
  theta.fill(0, 4, 8);
  const x = randomTensor([5, 1, 5, 5], 4);
  const [a, b] = [fast, slow].map((network) =>
    relevance(network, theta, x, uniform(zPlus, { first: wSquare }), { at: [0, 3], batch: 2 }),
  );
  const rowOf = ({ conservation }: typeof a) => conservation.find(({ node }) => node === 0)!;

  it("loses every entry of relevance that reaches it, and each is counted", () => {
    const reached = Array.from(a.at[3].data).filter((r, p) => p % 8 >= 4 && r !== 0);
    expect(reached.length).toBe(5 * 4);
    expect(rowOf(a).zeroDenominators).toBe(reached.length);
    expect(rowOf(a).toZeroDenominators).toBeCloseTo(
      reached.reduce((sum, r) => sum + r, 0),
      12,
    );
  });

  it("does so layer by layer too", () => {
    expect(rowOf(b).zeroDenominators).toBe(rowOf(a).zeroDenominators);
    expect(rowOf(b).toZeroDenominators).toBeCloseTo(rowOf(a).toZeroDenominators, 12);
  });
});

describe("whether three layers are treated as one", () => {
  const input = [1, 6, 6];
  const above = [flatten(), dense(8, 2)];
  const usual = [conv2d(1, 2, 3), relu(), maxPool(2), ...above];
  const take = (network: Network, composite = uniform(zPlus, { first: wSquare }), shape = input) =>
    recogniseHead(network, shape, rulesFor(network, composite), true);
  const reasonOf = (...of: Parameters<typeof take>): string => {
    const found = take(...of);
    return "reason" in found ? found.reason : "none";
  };

  it("is said with what makes them so", () => {
    const found = take(sequential(usual));
    if ("reason" in found) throw new Error(found.reason);
    expect(found).toMatchObject({ offset: 0, weights: 18, pooled: 4 });
    expect(found.volume).toMatchObject({ places: 36, solid: true });
    expect(Array.from(found.windows.first)).toEqual([0, 2, 12, 14]);
    expect(Array.from(found.windows.steps)).toEqual([0, 1, 6, 7]);
  });

  it.each<[string, Network, string]>([
    ["no more layers", sequential(usual.slice(0, 3)), "nothing follows"],
    ["a dense layer", sequential([dense(8, 8), relu(), dense(8, 2), relu()]), "no convolution"],
    ["another activation", sequential([usual[0], leakyRelu(0), ...usual.slice(2)]), "no ReLU"],
    ["a changed layer", sequential([{ ...conv2d(1, 2, 3) }, ...usual.slice(1)]), "by hand"],
    [
      "an average",
      sequential([conv2d(1, 2, 3), relu(), averagePool(2), ...above]),
      "is not winner takes all",
    ],
    [
      "windows that overlap",
      sequential([conv2d(1, 2, 3), relu(), maxPool([3, 3], { stride: 1 }), ...above]),
      "no cubes side by side",
    ],
    [
      "a stride",
      sequential([conv2d(1, 2, 3, { stride: 2, padding: 2 }), ...usual.slice(1)]),
      "stride",
    ],
    [
      "a value that is read again",
      graph((x, then) => {
        const y = then(relu(), then(conv2d(1, 2, 3), x));
        return then(add(), then(globalSum(), y), then(globalSum(), then(maxPool(2), y)));
      }),
      "a later node reads",
    ],
    [
      "a dilation",
      sequential([conv2d(1, 2, 2, { dilation: 2, padding: 1 }), ...usual.slice(1)]),
      "stride",
    ],
    [
      "a branch",
      graph((x, then) => {
        const y = then(conv2d(1, 2, 3), x);
        return then(flatten(), then(maxPool(2), then(add(), y, then(relu(), y))));
      }),
      "no chain",
    ],
  ])("is denied with a reason: %s", (_what, network, reason) => {
    expect(reasonOf(network)).toContain(reason);
  });

  it("is denied for rules whose denominators need the outputs, and for shared ties", () => {
    const network = sequential(usual);
    expect(reasonOf(network, uniform(zPlus, { first: epsilon(0.1) }))).toContain(
      "depend on the data",
    );
    expect(reasonOf(network, uniform(zPlus))).toContain("several terms");
    expect(reasonOf(network, uniform(flat, { maximum: tiesShared }))).toContain("winner takes all");
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

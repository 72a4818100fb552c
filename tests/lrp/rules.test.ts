import { size, tensor } from "phaselens/core";
import {
  alphaBeta,
  epsilon,
  flat,
  gamma,
  relevance,
  uniform,
  withoutBias,
  wSquare,
  zBounded,
  zPlus,
  type RelevanceRule,
} from "phaselens/lrp";
import {
  add,
  averagePool,
  concat,
  conv1d,
  conv2d,
  conv3d,
  dense,
  globalAveragePool,
  graph,
  maxPool,
  relu,
  sequential,
  tanh,
  type AffineLayer,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { connectionsOf, shareOut, type Connected, type Share } from "./contributions.js";
import { identity } from "phaselens/internal/lrp/rules/entryMap";

const none = (): number => 0;
const [low, high] = [-4, 5];
const up = (v: number): number => Math.max(v, 0);
const down = (v: number): number => Math.min(v, 0);

/** A stabiliser that depends on the data: a tenth of the standard deviation of a sample. */
const tenth = (x: Float64Array): number => {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  return 0.1 * Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
};
const sign = { name: "sign v", of: (v: number) => (v < 0 ? -1 : 1) };

/**
 * Each rule in terms of the contributions of single products, as the papers define them; α-β as two
 * shares.
 */
const definitions: [
  RelevanceRule,
  (layer: Connected, x: Float64Array, r: Float64Array) => Float64Array,
][] = [
  [wSquare, one({ product: (_xw, _x, w) => w * w, bias: none })],
  [flat, one({ product: () => 1, bias: none })],
  [zPlus, one({ product: up, bias: none })],
  [
    zBounded(low, high),
    one({ product: (xw, _x, w) => xw - low * up(w) - high * down(w), bias: none }),
  ],
  [epsilon(0.03), one({ product: (xw) => xw, bias: (b) => b }, 0.03)],
  [epsilon(0), one({ product: (xw) => xw, bias: (b) => b })],
  [withoutBias(epsilon(0.03)), one({ product: (xw) => xw, bias: none }, 0.03)],
  [
    gamma(0.7),
    one({
      product: (xw, _x, _w, y) => xw + 0.7 * (y > 0 ? up(xw) : down(xw)),
      bias: (b, y) => b + 0.7 * (y > 0 ? up(b) : down(b)),
    }),
  ],
  [
    { ...epsilon(), name: "ε = a tenth of the inputs' deviation", stabiliser: tenth },
    (layer, x, r) => shareOut(layer, x, r, { product: (xw) => xw, bias: (b) => b }, tenth(x)),
  ],
  [
    {
      ...epsilon(0.03),
      name: "SIGN",
      parts: [{ share: 1, terms: [{ x: identity, w: identity, b: identity, takes: sign }] }],
    },
    (layer, x, r) =>
      shareOut(layer, x, r, { product: (xw) => xw, bias: (b) => b }, 0.03, (_xw, v, w) =>
        v < 0 ? -w : w,
      ),
  ],
  [
    alphaBeta(2, 1),
    (layer, x, r) => {
      const plus = shareOut(layer, x, r, { product: up, bias: up });
      const minus = shareOut(layer, x, r, { product: down, bias: down });
      return plus.map((value, i) => 2 * value - minus[i]);
    },
  ],
];

function one(
  share: Share,
  stabiliser = 0,
): (layer: Connected, x: Float64Array, r: Float64Array) => Float64Array {
  return (layer, x, r) => shareOut(layer, x, r, share, stabiliser);
}

const affine: [AffineLayer, readonly number[]][] = [
  [dense(5, 4), [5]],
  [conv1d(2, 3, 3, { padding: 1 }), [2, 7]],
  [conv1d(3, 2, 4, { stride: 2, padding: 2 }), [3, 9]],
  [conv2d(2, 3, [3, 2], { padding: 1 }), [2, 4, 5]],
  [conv3d(1, 2, 2), [1, 3, 4, 3]],
  [conv3d(2, 2, [2, 1, 3], { stride: 2, padding: 1 }), [2, 3, 3, 4]],
];
const SAMPLES = 3;

/** Signs of both kinds, of one kind as after a ReLU, and entries that are 0. */
const inputs: [string, (v: number) => number][] = [
  ["signed inputs", (v) => v],
  ["inputs ≥ 0", up],
  ["inputs ≤ 0", down],
];
/** Relevance everywhere, and at single outputs only. */
const starts: [string, (p: number, width: number) => number][] = [
  ["everywhere", () => 1],
  ["at one output", (p, width) => (p % width === 1 ? 1 : 0)],
];

describe.each(definitions.map(([rule, definition]) => ({ name: rule.name, rule, definition })))(
  "$name",
  ({ rule, definition }) => {
    const check = (
      connected: Connected,
      x: Float64Array,
      r: Float64Array,
      found: Float64Array,
    ): void => {
      for (let n = 0; n < SAMPLES; n++) {
        const rows = [x, r].map((values, k) =>
          values.slice(
            n * [connected.inputs, connected.outputs][k],
            (n + 1) * [connected.inputs, connected.outputs][k],
          ),
        );
        expectAllClose(
          found.slice(n * connected.inputs, (n + 1) * connected.inputs),
          definition(connected, rows[0], rows[1]),
          { rtol: 1e-10, atol: 1e-11 },
        );
      }
    };

    describe.each(affine.map(([layer, input]) => ({ layer, input, name: layer.name })))(
      "$name",
      ({ layer, input }) => {
        it.each(
          inputs.flatMap(([what, sign]) =>
            starts.map(([where, mask]) => ({ what, where, sign, mask })),
          ),
        )(
          "hands out relevance $where as its formula, product by product, for $what",
          ({ sign, mask }) => {
            const [weight, bias] = [
              randomTensor(layer.weightShape, 1).data,
              randomTensor(layer.biasShape, 2).data,
            ];
            const connected = connectionsOf(layer, input, weight, bias);
            const x = randomTensor([SAMPLES, ...input], 3).data.map(sign);
            const r = randomTensor([SAMPLES, connected.outputs], 4).data.map(
              (v, p) => v * mask(p, connected.outputs),
            );
            const output = layer.outputShape([input]);
            const found = relevance(
              sequential([layer]),
              Float64Array.of(...weight, ...bias),
              tensor([SAMPLES, ...input], x),
              uniform(rule),
              { start: { target: tensor([SAMPLES, size(output)], r) } },
            );
            check(connected, x, r, found.at[0].data);
          },
        );
      },
    );

    it("treats the mean of a window as a sum with equal weights", () => {
      const x = randomTensor([SAMPLES, 2, 4, 5], 5);
      const connections = [];
      for (let c = 0; c < 2; c++)
        for (let a = 0; a < 4; a++)
          for (let b = 0; b < 4; b++) {
            // the fifth column is in no window
            connections.push({
              i: (c * 4 + a) * 5 + b,
              j: (c * 2 + (a >> 1)) * 2 + (b >> 1),
              w: 0.25,
            });
          }
      const r = randomTensor([SAMPLES, 8], 6);
      const found = relevance(sequential([averagePool(2)]), new Float64Array(0), x, uniform(rule), {
        start: { target: r },
      });
      check(
        { inputs: 40, outputs: 8, connections, bias: new Float64Array(8) },
        x.data,
        r.data,
        found.at[0].data,
      );
    });

    it("treats the mean over all of space likewise", () => {
      const x = randomTensor([SAMPLES, 3, 4], 7);
      const connections = Array.from({ length: 12 }, (_, i) => ({
        i,
        j: Math.floor(i / 4),
        w: 0.25,
      }));
      const r = randomTensor([SAMPLES, 3], 8);
      const found = relevance(
        sequential([globalAveragePool()]),
        new Float64Array(0),
        x,
        uniform(rule),
        { start: { target: r } },
      );
      check(
        { inputs: 12, outputs: 3, connections, bias: new Float64Array(3) },
        x.data,
        r.data,
        found.at[0].data,
      );
    });

    it("treats a sum of three values as a layer with weights 1", () => {
      const network = graph((input, then) =>
        then(add(), then(relu(), input), then(tanh(), input), input),
      );
      const x = randomTensor([SAMPLES, 4], 9);
      const r = randomTensor([SAMPLES, 4], 10);
      const found = relevance(network, new Float64Array(0), x, uniform(rule), {
        start: { target: r },
        at: [0, 1, 2],
      });
      const connections = Array.from({ length: 12 }, (_, i) => ({ i, j: i % 4, w: 1 }));
      const joined = new Float64Array(SAMPLES * 12);
      const shares = new Float64Array(SAMPLES * 12);
      for (let n = 0; n < SAMPLES; n++) {
        for (let f = 0; f < 4; f++) {
          const v = x.data[n * 4 + f];
          [up(v), Math.tanh(v), v].forEach((value, k) => (joined[n * 12 + 4 * k + f] = value));
          const [a, b] = [found.at[1].data[n * 4 + f], found.at[2].data[n * 4 + f]];
          // the input takes its own share and, unchanged, those of relu and tanh
          [a, b, found.at[0].data[n * 4 + f] - a - b].forEach(
            (value, k) => (shares[n * 12 + 4 * k + f] = value),
          );
        }
      }
      check(
        { inputs: 12, outputs: 4, connections, bias: new Float64Array(4) },
        joined,
        r.data,
        shares,
      );
    });
  },
);

describe("below a maximum pooling, where few entries have relevance", () => {
  it.each([wSquare, flat, zPlus, epsilon(0.01)].map((rule) => ({ rule, name: rule.name })))(
    "the rule $name gives what it gives everywhere",
    ({ rule }) => {
      const layer = conv2d(2, 3, 3, { padding: 1, stride: 2 });
      const [weight, bias] = [
        randomTensor(layer.weightShape, 1).data,
        randomTensor(layer.biasShape, 2).data,
      ];
      const x = randomTensor([SAMPLES, 2, 9, 8], 3);
      const found = relevance(
        sequential([layer, relu(), maxPool(2)]),
        Float64Array.of(...weight, ...bias),
        x,
        uniform(rule),
        {
          start: { target: randomTensor([SAMPLES, 12], 4) },
          at: [0, 1],
          batch: 2,
        },
      );
      const alone = relevance(
        sequential([layer]),
        Float64Array.of(...weight, ...bias),
        x,
        uniform(rule),
        {
          start: { target: tensor([SAMPLES, 60], found.at[1].data) },
        },
      );
      expectAllClose(found.at[0].data, alone.at[0].data, { rtol: 1e-10, atol: 1e-12 });
      expect(found.at[1].data.filter((v) => v !== 0)).toHaveLength(SAMPLES * 12);
    },
  );
});

describe("joined channels", () => {
  it("take their own part of the relevance", () => {
    const network = graph((input, then) =>
      then(concat(), then(relu(), input), then(tanh(), input)),
    );
    const r = randomTensor([2, 6], 1);
    const found = relevance(network, new Float64Array(0), randomTensor([2, 3], 2), uniform(zPlus), {
      start: { target: r },
      at: [0, 1, 2],
    });
    expect(Array.from(found.at[1].data)).toEqual([0, 1, 2, 6, 7, 8].map((p) => r.data[p]));
    expect(Array.from(found.at[2].data)).toEqual([3, 4, 5, 9, 10, 11].map((p) => r.data[p]));
    expectAllClose(
      found.at[0].data,
      found.at[1].data.map((v, p) => v + found.at[2].data[p]),
    );
  });
});

describe("settings of rules", () => {
  it("are refused where the formula means nothing", () => {
    expect(() => alphaBeta(2, 2)).toThrow(
      /α and β must be ≥ 0 with α − β = 1, or relevance is not conserved; got 2 and 2/,
    );
    expect(() => epsilon(-1)).toThrow(/ε must be a finite number ≥ 0, got -1/);
    expect(() => gamma(NaN)).toThrow(/γ must be a finite number ≥ 0, got NaN/);
    expect(() => epsilon(Infinity)).toThrow(/ε must be a finite number ≥ 0, got Infinity/);
    expect(() => alphaBeta(1, NaN)).toThrow(/β must be a finite number ≥ 0, got NaN/);
    expect(() => alphaBeta(NaN, 1)).toThrow(/α must be a finite number ≥ 0, got NaN/);
    expect(() => gamma(0.5, -1)).toThrow(/gamma: ε must be a finite number ≥ 0, got -1/);
    expect(() => alphaBeta(2, 1, -1)).toThrow(/alphaBeta: ε must be a finite number ≥ 0, got -1/);
    expect(() => zBounded(0.5, 1)).toThrow(/low ≤ 0 ≤ high, got low = 0.5/);
  });

  it("a stabiliser of the data that is no number ≥ 0 is refused", () => {
    const run = (epsilonOf: number): unknown =>
      relevance(
        sequential([dense(2, 1)]),
        Float64Array.of(1, 1, 0),
        tensor([1, 2], [0.5, 2]),
        uniform({ ...epsilon(), stabiliser: () => epsilonOf }),
      );
    expect(() => run(-1)).toThrow(
      "dense(2→1), node 0: the stabiliser of its rule gives ε = -1. Return a finite number ≥ 0.",
    );
    expect(() => run(NaN)).toThrow(/gives ε = NaN/);
  });

  it("z^B names the input that lies outside its bounds, and bounds of the wrong number", () => {
    const run = (rule: RelevanceRule) =>
      relevance(
        sequential([dense(2, 1)]),
        Float64Array.of(1, 1, 0),
        tensor([1, 2], [0.5, 2]),
        uniform(rule),
      );
    expect(() => run(zBounded(-1, 1))).toThrow(
      "dense(2→1), node 0: entry 1 of an input is 2, outside the bounds [-1, 1] of its rule z^B. Widen the bounds, or use wSquare.",
    );
    expect(() => run(zBounded([0, 0, 0], 3))).toThrow(/brings 3 bounds for 2 input entries/);
    expect(run(zBounded([0, -1], [1, 3])).missing![0]).toBeCloseTo(0, 14);
  });
});

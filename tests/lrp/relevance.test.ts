import { bluecher2020 } from "phaselens/papers";
import { size, tensor, type Tensor } from "phaselens/core";
import {
  alphaBeta,
  epsilon,
  epsilonPlusFlat,
  filterRelevance,
  gamma,
  proportional,
  relevance,
  tiesShared,
  uniform,
  winnerTakesAll,
  withoutBias,
  wSquare,
  zPlus,
  type Composite,
  type Start,
} from "phaselens/lrp";
import {
  conv2d,
  conv3d,
  dense,
  predict,
  flatten,
  leakyRelu,
  maxPool,
  relu,
  sequential,
  type Network,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { problems, randomTensor } from "../support/models.js";
import { connectionsOf, shareOut } from "./contributions.js";

const small: Network = sequential([
  conv2d(1, 3, 2, { padding: 1 }),
  relu(),
  maxPool(2),
  flatten(),
  dense(12, 6),
  relu(),
  dense(6, 4),
  leakyRelu(0.01),
]);
const theta = randomTensor([small.parameterCount], 1).data;
const x = randomTensor([6, 1, 4, 4], 2);
const composites: Composite[] = [
  bluecher2020.tableII,
  bluecher2020.tableIII,
  epsilonPlusFlat,
  uniform(epsilon(0)),
  uniform(epsilon(0.1)),
  uniform(gamma(0.3, 1e-9)),
  uniform(alphaBeta(2, 1)),
  uniform(zPlus, { first: wSquare, maximum: proportional }),
  uniform(withoutBias(alphaBeta(1, 0)), { maximum: tiesShared }),
];
const rowSums = (t: Tensor): number[] =>
  Array.from({ length: t.shape[0] }, (_, n) => {
    const width = t.data.length / t.shape[0];
    return t.data.slice(n * width, (n + 1) * width).reduce((sum, v) => sum + v, 0);
  });

describe("relevance by Table III", () => {
  it("is the walk written out layer by layer", () => {
    const weights = (node: number) => {
      const { layer, offset } = small.nodes[node];
      if (layer.kind !== "affine") throw new Error("no weights");
      const middle = offset! + size(layer.weightShape);
      return {
        layer,
        weight: theta.slice(offset, middle),
        bias: theta.slice(middle, middle + size(layer.biasShape)),
      };
    };
    const zero = (): number => 0;
    const plus = { product: (xw: number) => Math.max(xw, 0), bias: zero };
    const found = relevance(small, theta, x, bluecher2020.tableIII, {
      at: [0, 1, 4, 6],
      pooled: [1],
    });
    for (let n = 0; n < 6; n++) {
      const sample = x.data.slice(n * 16, (n + 1) * 16);
      const forward = (node: number, input: number[], values: Float64Array) => {
        const { layer, weight, bias } = weights(node);
        const connected = connectionsOf(layer, input, weight, bias);
        const y = connected.bias.slice();
        for (const { i, j, w } of connected.connections) y[j] += w * values[i];
        return { connected, y };
      };
      const a = forward(0, [1, 4, 4], sample);
      const activated = a.y.map((v) => Math.max(v, 0)); // [3, 5, 5]
      const winner = Array.from({ length: 12 }, (_, f) => {
        const [c, row, column] = [Math.floor(f / 4), Math.floor((f % 4) / 2), f % 2];
        const window = [0, 1, 5, 6].map((e) => c * 25 + row * 10 + column * 2 + e);
        return window.reduce((best, at) => (activated[at] > activated[best] ? at : best));
      });
      const pooled = Float64Array.from(winner, (at) => activated[at]);
      const b = forward(4, [12], pooled);
      const hidden = b.y.map((v) => Math.max(v, 0));
      const c = forward(6, [6], hidden);
      const out = c.y.map((v) => (v > 0 ? v : 0.01 * v));
      const largest = out.indexOf(Math.max(...out));
      const r6 = shareOut(
        c.connected,
        hidden,
        out.map((v, k) => (k === largest ? v : 0)),
        plus,
      );
      const r4 = shareOut(b.connected, pooled, r6, plus);
      const r1 = new Float64Array(75);
      winner.forEach((at, f) => (r1[at] += r4[f]));
      const r0 = shareOut(a.connected, sample, r1, { product: (_xw, _x, w) => w * w, bias: zero });
      [
        [6, r6],
        [4, r4],
        [1, r1],
        [0, r0],
      ].forEach(([v, expected]) => {
        const wanted = expected as Float64Array;
        expectAllClose(
          found.at[v as number].data.slice(n * wanted.length, (n + 1) * wanted.length),
          wanted,
          { rtol: 1e-11, atol: 1e-13 },
        );
      });
      expectAllClose(
        found.pooled[1].data.slice(3 * n, 3 * n + 3),
        [0, 1, 2].map((f) => r1.slice(25 * f, 25 * f + 25).reduce((sum, v) => sum + v, 0)),
      );
    }
  });

  it("summed over the input is the largest output, Eq. (C1)", () => {
    const positive = theta.map(Math.abs); // every unit is excited
    const ones = x.data.map(Math.abs);
    const found = relevance(small, positive, tensor(x.shape, ones), bluecher2020.tableIII);
    const y = predict(small, positive, tensor(x.shape, ones));
    expectAllClose(
      rowSums(found.at[0]),
      Array.from({ length: 6 }, (_, n) => Math.max(...y.data.slice(4 * n, 4 * n + 4))),
      { rtol: 1e-12 },
    );
    for (const row of found.conservation) expect(row.largestLoss).toBeLessThan(1e-14);
  });
});

describe.each(composites.map((composite) => ({ name: composite.name, composite })))(
  "the books of $name",
  ({ composite }) => {
    it("say for each layer what arrived, what left and why the rest did not", () => {
      const found = relevance(small, theta, x, composite, { at: [0] });
      const start = rowSums(relevance(small, theta, x, composite, { at: [8] }).at[8]).reduce(
        (a, b) => a + b,
        0,
      );
      const rows = found.conservation;
      expect(rows.map((row) => row.node)).toEqual([6, 4, 2, 0]);
      expect(rows[0].arriving).toBeCloseTo(start, 10);
      for (let k = 1; k < rows.length; k++)
        expect(rows[k].arriving).toBeCloseTo(rows[k - 1].leaving, 9);
      for (const row of rows)
        expect(row.lost).toBeCloseTo(row.toZeroDenominators + row.toBiasAndStabiliser, 9);
      const lost = rows.reduce((sum, row) => sum + row.lost, 0);
      expect(found.missing!.reduce((a, b) => a + b, 0)).toBeCloseTo(lost, 8);
      expect(start - rowSums(found.at[0]).reduce((a, b) => a + b, 0)).toBeCloseTo(lost, 8);
    });

    it.each(Object.keys(problems))(
      "a batch equals its samples one by one, nothing is NaN: %s",
      (name) => {
        const { network, theta: own, samples } = problems[name](3);
        const all = Array.from({ length: network.nodes.length + 1 }, (_, v) => v);
        const [whole, single] = [64, 2].map((batch) =>
          relevance(network, own, samples.x, composite, { batch, at: all }),
        );
        for (const v of all) {
          expectAllClose(single.at[v].data, whole.at[v].data, { rtol: 1e-9, atol: 1e-11 });
          expect(whole.at[v].data.every(Number.isFinite)).toBe(true);
        }
      },
    );

    it("stopping half way changes nothing", () => {
      const [whole, half] = [[0, 3], [3]].map((at) =>
        relevance(small, theta, x, composite, { at }),
      );
      expectAllClose(half.at[3].data, whole.at[3].data, { rtol: 1e-14 });
    });
  },
);

describe("an output that is NaN", () => {
  it("is not the largest, and none of its sample is", () => {
    const network = sequential([dense(1, 2), dense(2, 2)]);
    const weights = Float64Array.of(1e200, -1e200, 0, 0, 1, 1, 1, -1, 0, 0);
    const samples = tensor([2, 1], [1, 1e200]); // of the second the hidden values are ±∞
    const explain = (): Tensor => relevance(network, weights, samples, uniform(epsilon(0.1))).at[0];
    expect(() => explain()).toThrow("start: output 0 of sample 1 is NaN, so none is the");
  });
});

describe("what is explained", () => {
  const y = predict(small, theta, x);
  const at = (start: Start): number[] =>
    Array.from(
      relevance(small, theta, x, bluecher2020.tableIII, { start, at: [8] }).at[8].data,
      (v) => v + 0,
    ); // no −0
  it("is the largest output, one of choice, a difference, a weighted sum, or relevance as given", () => {
    const largest = Array.from({ length: 6 }, (_, n) => {
      const row = y.data.slice(4 * n, 4 * n + 4);
      return row.indexOf(Math.max(...row));
    });
    expect(at("arg-max")).toEqual(
      Array.from(y.data, (v, p) => (p % 4 === largest[p >> 2] ? v : 0)),
    );
    expect(at({ output: largest })).toEqual(at("arg-max"));
    expect(at({ output: 2 })).toEqual(Array.from(y.data, (v, p) => (p % 4 === 2 ? v : 0)));
    expect(at({ difference: [1, 3] })).toEqual(
      Array.from(y.data, (v, p) => (p % 4 === 1 ? v : p % 4 === 3 ? -v : 0)),
    );
    const t = randomTensor([6, 4], 9);
    expect(at({ weights: t })).toEqual(Array.from(y.data, (v, p) => v * t.data[p]));
    expect(at({ target: t })).toEqual(Array.from(t.data));
  });

  it("relevance is linear in it", () => {
    const run = (start: Start) =>
      relevance(small, theta, x, uniform(epsilon(0.1)), { start }).at[0].data;
    const [a, b] = [run({ output: 0 }), run({ output: 3 })];
    expectAllClose(
      run({ difference: [0, 3] }),
      a.map((v, p) => v - b[p]),
      { atol: 1e-11 },
    );
  });

  it.each([
    ["argmax", '"argmax"'],
    [{ outputs: 1 }, '{"outputs":1}'],
    [{ output: "1" }, '{"output":"1"}'],
    [{ difference: [1] }, '{"difference":[1]}'],
    [{ weights: [1, 2] }, '{"weights":[1,2]}'],
    [null, "null"],
    [{ output: 1, target: randomTensor([6, 4], 1) }, '{"output":1,"target"'],
  ])("nothing else is taken: %j", (start, shown) => {
    expect(() => at(start as never)).toThrow(`start is ${shown}`);
    expect(() => at(start as never)).toThrow('it must be "arg-max", { output: k }');
  });

  it("that an output is not there, or a target has another shape, is said", () => {
    expect(() => at({ output: 4 })).toThrow(
      "start: there is no output 4; the network has 4, counted from 0.",
    );
    expect(() => at({ output: [0, 1] })).toThrow(/2 chosen outputs for 6 samples/);
    expect(() => at({ target: randomTensor([4, 6], 1) })).toThrow(
      /the target must have the shape of the outputs \[6, 4\], got \[4,6\]/,
    );
  });
});

describe("relevance of filters", () => {
  it("is that of the convolution's output summed over space", () => {
    const network = sequential([conv3d(1, 2, 2), relu(), maxPool(2), flatten(), dense(2, 3)]);
    const own = randomTensor([network.parameterCount], 4).data;
    const cubes = randomTensor([4, 1, 3, 3, 3], 5);
    const found = filterRelevance(network, own, cubes, bluecher2020.tableIII, {
      start: { output: 1 },
    });
    const whole = relevance(network, own, cubes, bluecher2020.tableIII, {
      start: { output: 1 },
      at: [1],
    }).at[1].data;
    expect(found.filters.shape).toEqual([4, 2]);
    expectAllClose(
      found.filters.data,
      Array.from({ length: 8 }, (_, r) =>
        whole.slice(8 * r, 8 * r + 8).reduce((sum, v) => sum + v, 0),
      ),
    );
    expect(found.conservation.map((row) => row.node)).toEqual([4, 2]);
  });
  it("needs a convolution", () => {
    expect(() => filterRelevance(small, theta, x, bluecher2020.tableIII, { node: 4 })).toThrow(
      /node 4 is dense\(12→6\). Name the node of a convolution/,
    );
    expect(() =>
      filterRelevance(
        sequential([dense(2, 1)]),
        new Float64Array(3),
        randomTensor([1, 2], 1),
        bluecher2020.tableIII,
      ),
    ).toThrow(/has no convolution/);
  });
});

describe("relevance that is lost", () => {
  it("on a unit without excitation is reported, not divided by 0", () => {
    const network = sequential([dense(2, 1)]);
    const found = relevance(
      network,
      Float64Array.of(-1, -2, 3),
      tensor([2, 2], [1, 1, -1, 1]),
      bluecher2020.tableII,
      { start: { target: tensor([2, 1], [5, 7]) } },
    );
    expect(Array.from(found.at[0].data)).toEqual(
      [1, 4, 1.4, 5.6].map((v) => expect.closeTo(v, 12)),
    ); // w² does not ask for excitation
    const plus = relevance(
      network,
      Float64Array.of(-1, -2, 3),
      tensor([2, 2], [1, 1, -1, 1]),
      uniform(zPlus),
      { start: { target: tensor([2, 1], [5, 7]) } },
    );
    expect(Array.from(plus.at[0].data)).toEqual([0, 0, 7, 0].map((v) => expect.closeTo(v, 12)));
    expect(plus.conservation).toEqual([
      {
        node: 0,
        layer: "dense(2→1)",
        rule: "z⁺",
        arriving: 12,
        leaving: 7,
        lost: 5,
        toZeroDenominators: 5,
        zeroDenominators: 1,
        toBiasAndStabiliser: 0,
        samplesLeftWithNone: 1,
        largestLoss: 1,
      },
    ]);
    expect(Array.from(plus.missing!)).toEqual([5, 0]);
  });

  it("by a network of zeros, all of it, is counted at its first layer", () => {
    const found = relevance(small, new Float64Array(theta.length), x, bluecher2020.tableIII, {
      start: { target: tensor([6, 4], new Float64Array(24).fill(1)) },
    });
    expect(found.at[0].data.every((v) => v === 0)).toBe(true);
    expect(found.conservation[0]).toMatchObject({
      lost: 24,
      toZeroDenominators: 24,
      samplesLeftWithNone: 6,
    });
    expect(Array.from(found.missing!)).toEqual(Array(6).fill(4));
  });

  it("to biases and the stabiliser is told apart from zero denominators", () => {
    const [row] = relevance(
      sequential([dense(1, 1)]),
      Float64Array.of(2, 1),
      tensor([1, 1], [1]),
      uniform(epsilon(1)),
    ).conservation;
    expect(row).toMatchObject({
      arriving: 3,
      leaving: 1.5,
      toZeroDenominators: 0,
      toBiasAndStabiliser: 1.5,
    }); // 3 · 2/(3 + 1)
  });

  it("through quotients that overflow is lost as well", () => {
    const found = relevance(
      sequential([dense(1, 1)]),
      Float64Array.of(1e-200, 0),
      tensor([1, 1], [1e-200]),
      uniform(epsilon(0)),
      { start: { target: tensor([1, 1], [1]) } },
    );
    expect(found.conservation[0]).toMatchObject({ lost: 1, toZeroDenominators: 1 });
  });
});

describe("composites that do not fit", () => {
  const run = (composite: Composite) => () => relevance(small, theta, x, composite);
  it("name the layer, the rule and the cure", () => {
    expect(run({ name: "mine", rules: { dense: zPlus, maximumPooling: winnerTakesAll } })).toThrow(
      'mine: has no rule for conv2d(1→3, kernel 2×2, padding 1), node 0. Add one for "convolution".',
    );
    expect(
      run({ name: "mine", rules: { dense: zPlus, convolution: zPlus, maximumPooling: zPlus } }),
    ).toThrow(
      'mine: "z⁺" does not fit maxPool(2), node 2. Use winnerTakesAll, tiesShared or proportional.',
    );
    expect(run({ ...uniform(zPlus), name: "mine", nodes: { 4: winnerTakesAll } })).toThrow(
      /"winner takes all" does not fit dense\(12→6\), node 4\. Use one of the rules for sums, e\.g\. zPlus/,
    );
    expect(run({ ...uniform(zPlus), name: "mine", nodes: { 1: zPlus } })).toThrow(
      /"z⁺" does not fit relu, node 1, which hands relevance on/,
    );
    expect(run({ ...uniform(zPlus), name: "mine", nodes: { 9: zPlus } })).toThrow(
      /has a rule for node 9, but sequential has nodes 0 to 7/,
    );
    expect(run({ name: "mine", rules: { recurrent: zPlus } as Composite["rules"] })).toThrow(
      /"recurrent" is no family of layers. Use dense, convolution/,
    );
  });
  it("single nodes go before the first layer, that before families", () => {
    const named = (composite: Composite) =>
      relevance(small, theta, x, composite).conservation.map((row) => row.rule);
    expect(named({ ...bluecher2020.tableIII, nodes: { 4: epsilon(0.1) } })).toEqual([
      "z⁺",
      "ε = 0.1",
      "winner takes all",
      "w²",
    ]);
    expect(named({ ...bluecher2020.tableIII, nodes: { 0: zPlus } })).toEqual([
      "z⁺",
      "z⁺",
      "winner takes all",
      "z⁺",
    ]);
  });
});

describe("input that does not fit", () => {
  it("is refused before any work", () => {
    expect(() => relevance(small, theta.slice(1), x, bluecher2020.tableIII)).toThrow(
      /theta must have/,
    );
    expect(() =>
      relevance(small, theta, tensor([1, 1, 4, 4], Array(16).fill(NaN)), bluecher2020.tableIII),
    ).toThrow(/attribute, x: entry 0 is NaN/);
    expect(() =>
      relevance(
        small,
        theta.map(() => NaN),
        x,
        bluecher2020.tableIII,
      ),
    ).toThrow(/theta: entry 0 is NaN/);
    expect(() => relevance(small, theta, x, bluecher2020.tableIII, { at: [9] })).toThrow(
      /there is no value 9; sequential has 0 \(its input\) to 8 \(its output\)/,
    );
    expect(() => relevance(small, theta, x, bluecher2020.tableIII, { at: [] })).toThrow(
      /no value was asked for/,
    );
    expect(() => relevance(small, theta, x, bluecher2020.tableIII, { pooled: [5] })).toThrow(
      /value 5 has shape \[6\] and no space to sum over/,
    );
    expect(() => relevance(small, theta, x, bluecher2020.tableIII, { batch: 0 })).toThrow(
      /batch is 0; it must be a whole number ≥ 1/,
    );
  });
  it("no samples give no relevance", () => {
    expect(
      relevance(small, theta, tensor([0, 1, 4, 4]), bluecher2020.tableIII).at[0].shape,
    ).toEqual([0, 1, 4, 4]);
  });
});

import { makeRng, tensor } from "phaselens/core";
import * as lrp from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

const op = nn.operations;
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const size = (values: Float64Array): number => sum(values.map(Math.abs));

/** x₀ − (1 − 1e-9) x₁: of x = (1, 1) nearly nothing is left. */
const cancelling = nn.sequential([nn.dense(2, 1)]);
const theta = Float64Array.of(1, -1 + 1e-9, 0);
const ones = tensor([1, 2], [1, 1]);
const start = { target: tensor([1, 1], [1]) };

describe("sums that cancel", () => {
  const largest = (composite: lrp.Composite): number =>
    Math.max(...lrp.relevance(cancelling, theta, ones, composite, { start }).at[0].data);

  it("blow relevance up by ε, not by what is recommended, nor by an ε of their size", () => {
    expect(largest(lrp.uniform(lrp.epsilon(0)))).toBeGreaterThan(1e8);
    expect(largest(lrp.recommended)).toBeCloseTo(5, 6); // (1 + γ)/γ
    expect(largest(lrp.uniform(lrp.epsilon(0.1, { relative: true })))).toBeCloseTo(5, 6); // 1/2ε
  });

  it("are found layer by layer", () => {
    const deep = nn.sequential([nn.dense(2, 2), nn.dense(2, 1)]);
    const own = Float64Array.of(1, 0, 0, 1, 0, 0, ...theta);
    const rows = lrp.relevanceByLayer(deep, own, ones, lrp.uniform(lrp.epsilon(0)), { start });
    expect(rows.map(({ node, rule, lost }) => [node, rule, lost])).toEqual([
      [1, "ε = 0", 0],
      [0, "ε = 0", 0],
      [-1, undefined, 0],
    ]);
    expect(rows[0].size).toBe(1);
    expect(rows[1].size).toBeGreaterThan(1e8);
    expect(rows[2].sum).toBeCloseTo(1, 6);
  });
});

describe("ε of the size of a sum", () => {
  it("is R_i = Σ_j x_i W_ji R_j / (z_j + ε sign z_j (Σ |x_i W_ji| + |b_j|)), term by term", () => {
    const [inputs, outputs, epsilon] = [5, 4, 0.2];
    const network = nn.sequential([nn.dense(inputs, outputs)]);
    const own = randomTensor([network.parameterCount], 1).data;
    const x = randomTensor([3, inputs], 2);
    const target = randomTensor([3, outputs], 3);
    const rule = lrp.epsilon(epsilon, { relative: true });
    const { at } = lrp.relevance(network, own, x, lrp.uniform(rule), { start: { target } });
    for (let n = 0; n < 3; n++) {
      const wanted = new Float64Array(inputs);
      for (let j = 0; j < outputs; j++) {
        const b = own[inputs * outputs + j];
        const z = Array.from(
          { length: inputs },
          (_, i) => x.data[n * inputs + i] * own[j * inputs + i],
        );
        const all = sum(z) + b;
        const whole = size(Float64Array.of(...z, b));
        const s = target.data[n * outputs + j] / (all + Math.sign(all) * epsilon * whole);
        z.forEach((part, i) => (wanted[i] += part * s));
      }
      expectAllClose(at[0].data.subarray(n * inputs, (n + 1) * inputs), wanted);
    }
  });

  it("of 0 is gradient × input where there are no biases", () => {
    const network = nn.sequential([nn.dense(4, 6), nn.relu(), nn.dense(6, 2)]);
    const own = randomTensor([network.parameterCount], 4).data;
    own.fill(0, 24, 30).fill(0, 42);
    const x = randomTensor([3, 4], 5);
    const rule = lrp.epsilon(1e-13, { relative: true });
    const found = lrp.relevance(network, own, x, lrp.uniform(rule)).at[0].data;
    const wanted = lrp.attribute(network, own, x, lrp.gradientTimesInput()).at[0].data;
    expectAllClose(found, wanted, { rtol: 1e-8, atol: 1e-10 });
  });
});

describe("attention", () => {
  const shapes = { queries: [2, 3], keys: [2, 4], values: [5, 4] } as const;
  const network = nn.graph(shapes, ({ queries, keys, values }, then) =>
    then(nn.globalSum(), then(nn.attention(2), queries, keys, values)),
  );
  const x = randomTensor([1, 34], 6);
  const exact = lrp.uniform(lrp.epsilon(0));

  it("has weights that are constants: gradient × input of values alone (Ali et al. 2022)", () => {
    const inputs = nn.unpack(network, x);
    const weights = nn.graph(
      { queries: shapes.queries, keys: shapes.keys },
      ({ queries, keys }, then) => {
        const scores = then(
          nn.matmul({ transposeA: true }),
          then(op.rescale(Math.SQRT1_2), queries),
          keys,
        );
        return then(nn.reshape([12]), then(op.softmaxAlong(1), scores));
      },
    );
    const own = nn.pack(weights, { queries: inputs.queries, keys: inputs.keys });
    const held = nn.predict(weights, new Float64Array(0), own).data;
    const linear = nn.graph((values, then) =>
      then(
        nn.globalSum(),
        then(nn.matmul({ transposeB: true }), values, then(op.constant([3, 4], held))),
      ),
    );
    const none = new Float64Array(0);
    const wanted = lrp.attribute(linear, none, inputs.values, lrp.gradientTimesInput(), {
      start: { output: 0 },
    });
    const rules = { ...exact.rules, product: { ...lrp.signalTakesAll, stabiliser: 0 } };
    const found = nn.unpack(
      network,
      lrp.relevance(network, none, x, { name: "exact", rules }, { start: { output: 0 } }).at[0],
    );
    expectAllClose(found.values.data, wanted.at[0].data);
    expect(found.queries.data.every((own) => own === 0)).toBe(true);
    expect(found.keys.data.every((own) => own === 0)).toBe(true);
  });

  it("and shares with its weights by halves, which AttnLRP hands on to queries and keys", () => {
    const rules = { ...lrp.recommended.rules, product: lrp.halfAndHalf };
    const found = lrp.relevance(network, new Float64Array(0), x, { name: "AttnLRP", rules });
    const { queries, keys, values } = nn.unpack(network, found.at[0]);
    expect(sum(queries.data)).not.toBe(0);
    expect(sum(keys.data)).not.toBe(0);
    expect(size(values.data)).toBeGreaterThan(0);
  });
});

describe("what is recommended", () => {
  it("loses next to nothing through a transformer without biases", () => {
    const network = nn.transformerEncoder({
      sets: { tracks: [4, 6] },
      width: 8,
      heads: 2,
      layers: 3,
    });
    const own = nn.kaimingNormal(network, makeRng(2));
    const tracks = randomTensor([2, 4, 6], 7);
    const mask = tensor([2, 1, 6], new Float64Array(12).fill(1));
    const x = nn.pack(network, { tracks, tracks_mask: mask });
    const { missing, output } = lrp.relevance(network, own, x, lrp.recommended);
    const scale = Math.max(...output.data.map(Math.abs));
    missing!.forEach((lost) => expect(Math.abs(lost)).toBeLessThan(0.01 * scale));
  });
});

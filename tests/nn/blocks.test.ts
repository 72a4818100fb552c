import { makeRng, row, size, tensor, type Shape, type Tensor } from "phaselens/core";
import { exactHessian, hvp } from "phaselens/hessian";
import { attribute, epsilon, gradientTimesInput, relevance, uniform } from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

/** A block alone, on inputs of these shapes. */
const alone = (block: nn.Block | nn.Layer, shapes: readonly Shape[]): nn.Network =>
  nn.graph(Object.fromEntries(shapes.map((shape, k) => [`in${k}`, shape])), (inputs, then) =>
    then(block, ...shapes.map((_, k) => inputs[`in${k}`])),
  );
const packed = (network: nn.Network, tensors: readonly Tensor[]): Tensor =>
  nn.pack(network, Object.fromEntries(tensors.map((one, k) => [`in${k}`, one])));

interface Example {
  readonly block: nn.Block;
  readonly shapes: readonly Shape[];
  /** The same of one sample, in plain loops. */
  readonly plain: (theta: Float64Array, inputs: readonly Float64Array[]) => number[];
}

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
/** W x + b with W [rows, columns] from entry `at` of θ on. */
const affine = (theta: Float64Array, at: number, rows: number, x: readonly number[]): number[] =>
  range(rows).map((j) =>
    x.reduce(
      (sum, value, i) => sum + theta[at + j * x.length + i] * value,
      theta[at + rows * x.length + j],
    ),
  );
const column = (x: Float64Array, rows: number, columns: number, t: number): number[] =>
  range(rows).map((i) => x[i * columns + t]);
/** Columns as one array [rows, columns]. */
const joined = (columns: readonly (readonly number[])[]): number[] =>
  columns[0].flatMap((_, i) => columns.map((one) => one[i]));

function plainGru(
  theta: Float64Array,
  x: Float64Array,
  h0: readonly number[],
  order: readonly number[],
  resetAfter: boolean,
): number[][] {
  const H = 2;
  const inner = 9 * H; // 3 inputs, with b
  const outer = resetAfter ? 0 : inner + 3 * H + 2 * H * (H + 1);
  let h = [...h0];
  return order.map((t) => {
    const own = affine(theta, 0, 3 * H, column(x, 3, 4, t));
    const state = affine(theta, inner + 3 * H, (resetAfter ? 3 : 2) * H, h);
    const [r, z] = [0, 1].map((k) => range(H).map((i) => sigma(own[k * H + i] + state[k * H + i])));
    const reset = resetAfter
      ? range(H).map((i) => r[i] * state[2 * H + i])
      : affine(
          theta,
          outer,
          H,
          h.map((value, i) => value * r[i]),
        );
    h = range(H).map((i) => {
      const n = Math.tanh(own[2 * H + i] + reset[i]);
      return (1 - z[i]) * n + z[i] * h[i];
    });
    return h;
  });
}

function plainLstm(theta: Float64Array, x: Float64Array, start: readonly number[][]): number[] {
  const H = 2;
  let [h, s] = start;
  for (const t of range(4)) {
    const own = affine(theta, 0, 4 * H, column(x, 3, 4, t));
    const state = affine(theta, 16 * H, 4 * H, h);
    const sum = own.map((value, k) => value + state[k]);
    s = range(H).map((i) => sigma(sum[H + i]) * s[i] + sigma(sum[i]) * Math.tanh(sum[2 * H + i]));
    h = range(H).map((i) => sigma(sum[3 * H + i]) * Math.tanh(s[i]));
  }
  return h;
}

/** Columns of values weighed by e^{k·q/√d}, for q, k, v as lists of columns. */
function plainAttention(
  q: readonly number[][],
  k: readonly number[][],
  v: readonly number[][],
  unseen: (m: number) => boolean = () => false,
): number[][] {
  return q.map((own) => {
    const e = k.map((key, m) => {
      const score = key.reduce((sum, value, i) => sum + value * own[i], 0) / Math.sqrt(own.length);
      return unseen(m) ? 0 : Math.exp(score);
    });
    const total = e.reduce((a, b) => a + b, 0);
    return v[0].map((_, i) => v.reduce((sum, value, m) => sum + (e[m] / total) * value[i], 0));
  });
}

const columnsOf = (x: Float64Array, rows: number): number[][] =>
  range(x.length / rows).map((t) => column(x, rows, x.length / rows, t));

function plainHeads(
  theta: Float64Array,
  queries: Float64Array,
  others: Float64Array,
  unseen?: (m: number) => boolean,
): number[] {
  const [D, heads] = [4, 2];
  const layer = D * (D + 1);
  const [q, k, v] = [queries, others, others].map((x, l) =>
    columnsOf(x, D).map((own) => affine(theta, l * layer, D, own)),
  );
  const seen = range(heads).map((head) => {
    const cut = (list: readonly number[][]): number[][] =>
      list.map((own) => own.slice(head * 2, head * 2 + 2));
    return plainAttention(cut(q), cut(k), cut(v), unseen);
  });
  const mixed = q.map((_, n) => seen.flatMap((own) => own[n]));
  return joined(mixed.map((own) => affine(theta, 3 * layer, D, own)));
}

function plainEdgeConv(theta: Float64Array, points: Float64Array, x: Float64Array): number[] {
  const [n, k, widths] = [5, 2, [3, 4]];
  const [p, f] = [columnsOf(points, 2), columnsOf(x, 2)];
  const own = f.map((self, i) => {
    const order = range(n)
      .map((j) => ({ j, d: (p[i][0] - p[j][0]) ** 2 + (p[i][1] - p[j][1]) ** 2 }))
      .sort((a, b) => a.d - b.d || a.j - b.j)
      .slice(1, k + 1);
    const messages = order.map(({ j }) => {
      const edge = [...self, ...f[j].map((value, c) => value - self[c])];
      const first = affine(theta, 0, widths[0], edge).map((value) => Math.max(0, value));
      return affine(theta, 15, widths[1], first).map((value) => Math.max(0, value));
    });
    const beside = affine(theta, 15 + 16, widths[1], self);
    return beside.map((value, c) =>
      Math.max(0, value + messages.reduce((sum, one) => sum + one[c] / k, 0)),
    );
  });
  return joined(own);
}

const sequence = [3, 4];
const examples: Readonly<Record<string, Example>> = {
  gru: {
    block: nn.gru(3, 2, 4),
    shapes: [sequence],
    plain: (theta, [x]) => plainGru(theta, x, [0, 0], [0, 1, 2, 3], true)[3],
  },
  "gru, backwards, all states, from a first one": {
    block: nn.gru(3, 2, 4, { reverse: true, sequence: true }),
    shapes: [sequence, [2]],
    plain: (theta, [x, h]) =>
      joined(plainGru(theta, x, Array.from(h), [3, 2, 1, 0], true).reverse()),
  },
  "gru with the reset before": {
    block: nn.gru(3, 2, 4, { resetAfter: false }),
    shapes: [sequence],
    plain: (theta, [x]) => plainGru(theta, x, [0, 0], [0, 1, 2, 3], false)[3],
  },
  lstm: {
    block: nn.lstm(3, 2, 4),
    shapes: [sequence],
    plain: (theta, [x]) =>
      plainLstm(theta, x, [
        [0, 0],
        [0, 0],
      ]),
  },
  "lstm from a first state": {
    block: nn.lstm(3, 2, 4),
    shapes: [sequence, [2], [2]],
    plain: (theta, [x, h, s]) => plainLstm(theta, x, [Array.from(h), Array.from(s)]),
  },
  rnn: {
    block: nn.rnn(3, 2, 4, { activation: nn.softplus() }),
    shapes: [sequence],
    plain(theta, [x]) {
      let h = [0, 0];
      for (const t of range(4)) {
        const state = affine(theta, 8, 2, h);
        h = affine(theta, 0, 2, column(x, 3, 4, t)).map((value, i) =>
          Math.log(1 + Math.exp(value + state[i])),
        );
      }
      return h;
    },
  },
  attention: {
    block: nn.attention(2),
    shapes: [
      [2, 3],
      [2, 4],
      [3, 4],
    ],
    plain: (_theta, [q, k, v]) =>
      joined(plainAttention(columnsOf(q, 2), columnsOf(k, 2), columnsOf(v, 3))),
  },
  "multiHeadAttention to themselves": {
    block: nn.multiHeadAttention(4, 2),
    shapes: [[4, 3]],
    plain: (theta, [x]) => plainHeads(theta, x, x),
  },
  "multiHeadAttention to others": {
    block: nn.multiHeadAttention(4, 2),
    shapes: [
      [4, 3],
      [4, 5],
    ],
    plain: (theta, [x, others]) => plainHeads(theta, x, others),
  },
  edgeConv: {
    block: nn.edgeConv(2, [3, 4], { neighbours: 2 }),
    shapes: [
      [2, 5],
      [2, 5],
    ],
    plain: (theta, [points, x]) => plainEdgeConv(theta, points, x),
  },
  layerNorm: {
    block: nn.layerNorm(3, { epsilon: 0.1 }),
    shapes: [[3, 2]],
    plain: (theta, [x]) =>
      joined(
        columnsOf(x, 3).map((own) => {
          const mean = own.reduce((sum, value) => sum + value / 3, 0);
          const variance = own.reduce((sum, value) => sum + (value - mean) ** 2 / 3, 0);
          return own.map(
            (value, c) => (theta[c] * (value - mean)) / Math.sqrt(variance + 0.1) + theta[3 + c],
          );
        }),
      ),
  },
  RMSNorm: {
    block: nn.layerNorm(3, { epsilon: 0.1, centred: false }),
    shapes: [[3]],
    plain: (theta, [x]) => {
      const square = x.reduce((sum, value) => sum + value ** 2 / 3, 0);
      return Array.from(x, (value, c) => (theta[c] * value) / Math.sqrt(square + 0.1));
    },
  },
  prelu: {
    block: nn.prelu(2),
    shapes: [[2, 3]],
    plain: (theta, [x]) =>
      Array.from(x, (value, p) => (value > 0 ? value : theta[Math.floor(p / 3)] * value)),
  },
};

describe.each(Object.entries(examples))("%s", (_name, { block, shapes, plain }) => {
  const network = alone(block, shapes);
  const theta = randomTensor([network.parameterCount], 1).data.map((value) => 0.7 * value);
  const tensors = shapes.map((shape, k) => randomTensor([3, ...shape], 2 + k));
  const x = packed(network, tensors);
  const y = nn.predict(network, theta, x);

  it("is its equations, in plain loops", () => {
    for (let n = 0; n < 3; n++) {
      const inputs = tensors.map((one) => row(one, n));
      expectAllClose(row(y, n), plain(theta, inputs), { rtol: 1e-11, atol: 1e-13 });
    }
  });

  it("has the gradients and Hessian products of its differences", () => {
    const width = size(y.shape.slice(1));
    const flat = alone(
      {
        kind: "block",
        name: "flat",
        build: (then, _again, ...inputs) => then(nn.reshape([width]), then(block, ...inputs)),
      },
      shapes,
    );
    const samples = { x, target: randomTensor([3, width], 9) };
    const options = { loss: nn.meanSquaredError };
    if (theta.length === 0) return;
    const v = theta.map((_, p) => Math.cos(p));
    const gradientAt = (step: number): Float64Array =>
      nn.riskAndGradient(
        flat,
        theta.map((value, p) => value + step * v[p]),
        samples,
        options,
      ).gradient;
    const [up, down] = [gradientAt(1e-5), gradientAt(-1e-5)];
    expectAllClose(
      hvp(flat, theta, samples, v, options),
      up.map((value, p) => (value - down[p]) / 2e-5),
      { rtol: 1e-5, atol: 1e-6 },
    );
  });

  it("travels as a description", () => {
    const description = JSON.stringify(nn.describeNetwork(network));
    const again = networkFrom(JSON.parse(description) as nn.NetworkDescription);
    expect(nn.predict(again, theta, x)).toEqual(y);
  });
});

describe("a mask", () => {
  const mask = tensor([3, 1, 5], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const x = randomTensor([3, 2, 5], 3);

  it("leaves out of a mean what is not there, and takes no relevance", () => {
    const network = alone(nn.maskedMean(), [
      [2, 5],
      [1, 5],
    ]);
    const rows = packed(network, [x, mask]);
    const y = nn.predict(network, new Float64Array(0), rows);
    const [own] = [row(x, 0)];
    expectAllClose(
      row(y, 0),
      [0, 1].map((c) => (own[5 * c] + own[5 * c + 1] + own[5 * c + 2]) / 3),
      {
        rtol: 1e-14,
      },
    );
    expect(Array.from(row(y, 2))).toEqual([0, 0]);
    const start = { output: 1 } as const;
    const found = relevance(network, new Float64Array(0), rows, uniform(epsilon(0)), { start });
    const { in0, in1 } = nn.unpack(network, found.at[0]);
    expect(in1.data.every((value) => value === 0)).toBe(true);
    const times = attribute(network, new Float64Array(0), rows, gradientTimesInput(), { start });
    expectAllClose(in0.data, nn.unpack(network, times.at[0]).in0.data, {
      rtol: 1e-12,
      atol: 1e-14,
    });
  });

  it("hides keys from attention, as if they were not there", () => {
    const masked = alone(nn.multiHeadAttention(2, 1, { masked: true }), [
      [2, 5],
      [1, 5],
    ]);
    const theta = randomTensor([masked.parameterCount], 4).data;
    const y = nn.predict(masked, theta, packed(masked, [x, mask]));
    const few = alone(nn.multiHeadAttention(2, 1), [
      [2, 5],
      [2, 3],
    ]);
    const seen = tensor(
      [1, 2, 3],
      [0, 1].flatMap((c) => Array.from(row(x, 0).slice(5 * c, 5 * c + 3))),
    );
    const wanted = nn.predict(few, theta, packed(few, [tensor([1, 2, 5], row(x, 0)), seen]));
    expectAllClose(row(y, 0), wanted.data, { rtol: 1e-12 });
  });

  it("makes nothing of attention where nobody may see anything", () => {
    const masked = alone(nn.multiHeadAttention(2, 1, { masked: true }), [
      [2, 5],
      [1, 5],
    ]);
    const theta = randomTensor([masked.parameterCount], 4).data;
    const rows = packed(masked, [x, mask]);
    const y = nn.predict(masked, theta, rows);
    const bias = theta.subarray(masked.parameterCount - 2);
    expect(Array.from(row(y, 2))).toEqual(range(10).map((p) => bias[Math.floor(p / 5)]));
    const found = relevance(masked, theta, rows, uniform(epsilon()), { start: { output: 1 } });
    const { in0, in1 } = nn.unpack(masked, found.at[0]);
    expect(Array.from(row(in0, 2)).every((value) => value === 0)).toBe(true);
    expect(in1.data.every((value) => value === 0)).toBe(true);
  });

  it("takes the mean over as many neighbours as there are", () => {
    const of = (slots: number, neighbours: number, masked: boolean): nn.Network =>
      alone(nn.edgeConv(2, [3], { neighbours, masked }), [
        [2, slots],
        [2, slots],
        ...(masked ? [[1, slots]] : []),
      ]);
    const [padded, plain] = [of(5, 4, true), of(3, 2, false)];
    const theta = randomTensor([padded.parameterCount], 5).data;
    const own = tensor([1, 2, 5], row(x, 0));
    const few = tensor(
      [1, 2, 3],
      [0, 1, 2, 5, 6, 7].map((p) => own.data[p]),
    );
    const here = tensor([1, 1, 5], row(mask, 0));
    const y = nn.predict(padded, theta, packed(padded, [own, own, here]));
    const wanted = nn.predict(plain, theta, packed(plain, [few, few]));
    const there = range(9).map((p) => row(y, 0)[5 * Math.floor(p / 3) + (p % 3)]);
    expectAllClose(there, wanted.data, { rtol: 1e-12 });
  });

  it("makes no neighbours of what is not there", () => {
    const block = nn.edgeConv(2, [3], { neighbours: 2, masked: true });
    const network = alone(block, [
      [2, 5],
      [2, 5],
      [1, 5],
    ]);
    const theta = randomTensor([network.parameterCount], 5).data;
    const first = (t: Tensor, c: number): Tensor =>
      tensor([1, c, t.shape[2]], Float64Array.from(row(t, 0)));
    const predictWith = (features: Tensor): Float64Array =>
      nn.predict(network, theta, packed(network, [first(x, 2), features, first(mask, 1)])).data;
    const y = predictWith(first(x, 2));
    const changed = first(x, 2);
    for (const p of [3, 4, 8, 9]) changed.data[p] += 5;
    expectAllClose(predictWith(changed), y, { rtol: 1e-13, atol: 1e-13 });
    expect(range(3).flatMap((c) => [y[5 * c + 3], y[5 * c + 4]].map(Math.abs))).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
  });
});

describe("batchNorm", () => {
  it("is frozen where it has the numbers of a trained network, and w x + b elsewhere", () => {
    const trained = { mean: [1, -2], variance: [4, 0.25], scale: [3, 1], shift: [0.5, 0] };
    const frozen = nn.sequential([nn.batchNorm(2, { trained, epsilon: 0 })]);
    expect(frozen.parameterCount).toBe(0);
    const y = nn.predict(frozen, new Float64Array(0), tensor([1, 2], [5, -1]));
    expect(Array.from(y.data)).toEqual([3 * 2 + 0.5, 2]);
    const free = nn.sequential([nn.batchNorm(2), nn.flatten()]);
    const theta = nn.kaimingNormal(free, makeRng(1));
    expect(Array.from(theta)).toEqual([1, 1, 0, 0]);
    expect(() => nn.batchNorm(2, { trained: { mean: [1], variance: [1, 1] } })).toThrow(
      "trained.mean has 1 entries; it must have 2",
    );
  });
});

describe("a block that makes no sense", () => {
  it.each<[string, () => unknown, string]>([
    ["heads", () => nn.multiHeadAttention(4, 3), "4 features do not go into 3 heads"],
    ["steps", () => nn.gru(2, 3, 0), "gru: steps is 0; it must be a whole number ≥ 1"],
    ["gate", () => nn.lstm(2, 3, 1, { gate: 1 as never }), "gate is 1; it must be a layer"],
    ["neighbours", () => nn.edgeConv(2, [3], {} as never), "neighbours is undefined"],
  ])("is refused by name: %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("a recurrence", () => {
  it("has one set of parameters for all steps, and exact Hessians by products", () => {
    const network = nn.sequential([nn.gru(3, 2, 4), nn.dense(2, 1)]);
    expect(network.parameterCount).toBe(3 * 2 * 3 + 6 + 3 * 2 * 2 + 6 + 3);
    const theta = nn.kaimingNormal(network, makeRng(2));
    const samples = { x: randomTensor([4, 3, 4], 6), target: randomTensor([4, 1], 7) };
    const options = { loss: nn.meanSquaredError };
    const H = exactHessian(network, theta, samples, options);
    expect(H.route).toBe("products");
    const v = theta.map((_, p) => Math.sin(p));
    const product = theta.map((_, p) => row(H, p).reduce((sum, value, q) => sum + value * v[q], 0));
    expectAllClose(product, hvp(network, theta, samples, v, options), { rtol: 1e-9, atol: 1e-12 });
  });
});

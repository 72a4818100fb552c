import { core, interop, lrp, nn } from "phaselens";
import type { Network } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { field, initialiser, message, modelOf, node, value } from "../support/onnx.js";

const [features, hidden, steps] = [3, 2, 4];
const rng = core.makeRng(5);
const normal = (n: number): Float64Array =>
  Float64Array.from({ length: n }, () => Math.fround(0.6 * rng.normal()));

/** Rows of gates in another order: part k is part `order[k]` of what there was. */
const reordered = (own: Float64Array, order: readonly number[], columns: number): number[] =>
  order.flatMap((k) => [...own.subarray(k * hidden * columns, (k + 1) * hidden * columns)]);

const setting = (name: string, number: number, held: number | string): Uint8Array =>
  field(5, message(field(1, name), field(number, held)));
const numbers = (name: string, shape: readonly number[], values: readonly number[]): Uint8Array =>
  initialiser(name, shape, 1, field(9, new Uint8Array(Float32Array.from(values).buffer)));

interface Kind {
  readonly operator: string;
  readonly block: Network;
  /** Where ONNX' gates stand among ours. */
  readonly order: readonly number[];
  readonly backwards: boolean;
  readonly before: boolean;
}

const of = (block: ReturnType<typeof nn.gru>): Network => nn.sequential([block]);
const kinds: Readonly<Record<string, Kind>> = {
  "GRU that resets behind its product": {
    operator: "GRU",
    block: of(nn.gru(features, hidden, steps)),
    order: [1, 0, 2],
    backwards: false,
    before: true,
  },
  "GRU that resets before it, from the end": {
    operator: "GRU",
    block: of(nn.gru(features, hidden, steps, { resetAfter: false, reverse: true })),
    order: [1, 0, 2],
    backwards: true,
    before: false,
  },
  LSTM: {
    operator: "LSTM",
    block: of(nn.lstm(features, hidden, steps)),
    order: [0, 3, 1, 2],
    backwards: false,
    before: false,
  },
  RNN: {
    operator: "RNN",
    block: of(nn.rnn(features, hidden, steps, { reverse: true })),
    order: [0],
    backwards: true,
    before: false,
  },
};

/** The same recurrence as a node of ONNX: W, R and B of all gates in ONNX' order. */
function fileOf({ operator, order, backwards, before }: Kind, theta: Float64Array): Uint8Array {
  const rows = order.length * hidden;
  const [w, b] = [theta.subarray(0, rows * features), theta.subarray(rows * features)];
  // behind W and b stand U and c; those of the candidate alone, where it resets before
  const apart = operator === "GRU" && !before ? 2 * hidden : rows;
  const u = b.subarray(rows);
  const candidate = u.subarray(apart * (hidden + 1));
  const more = rows - apart;
  const weights = [...u.subarray(0, apart * hidden), ...candidate.subarray(0, more * hidden)];
  const biases = [
    ...u.subarray(apart * hidden, apart * (hidden + 1)),
    ...candidate.subarray(more * hidden, more * (hidden + 1)),
  ];
  return modelOf([
    value(11, "x", ["N", features, steps]),
    value(12, "y", ["N", hidden]),
    node(
      "Transpose",
      ["x"],
      ["t"],
      message(field(5, message(field(1, "perm"), ...[2, 0, 1].map((k) => field(8, k))))),
    ),
    node(
      operator,
      ["t", "w", "r", "b"],
      ["s", "h"],
      setting("hidden_size", 3, hidden),
      setting("direction", 4, backwards ? "reverse" : "forward"),
      ...(before ? [setting("linear_before_reset", 3, 1)] : []),
    ),
    node("Squeeze", ["h", "axes"], ["y"]),
    initialiser("axes", [1], 7, field(7, 0)),
    numbers("w", [1, rows, features], reordered(w, order, features)),
    numbers("r", [1, rows, hidden], reordered(Float64Array.from(weights), order, hidden)),
    numbers(
      "b",
      [1, 2 * rows],
      [...reordered(b, order, 1), ...reordered(Float64Array.from(biases), order, 1)],
    ),
  ]);
}

describe.each(Object.entries(kinds))("ONNX' %s", (_name, kind) => {
  const theta = normal(kind.block.parameterCount);
  const model = interop.fromOnnx(fileOf(kind, theta));
  const x = core.tensor([3, features, steps], normal(3 * features * steps));
  const there = model.pack({ x });

  it("is the block of this library, with as many parameters", () => {
    expect(model.network.parameterCount).toBe(theta.length);
    const found = nn.predict(model.network, model.theta, there).data;
    const wanted = nn.predict(kind.block, theta, x).data;
    found.forEach((y, p) => expect(y).toBeCloseTo(wanted[p], 12));
  });

  it.each([
    ["gradient × input", lrp.gradientTimesInput()],
    ["the ε rule", lrp.layerwise(lrp.uniform(lrp.epsilon(1e-6)))],
  ])("has the block's relevance: %s", (_rule, method) => {
    const found = lrp.attribute(model.network, model.theta, there, method).at[0].data;
    const wanted = lrp.attribute(kind.block, theta, x, method).at[0].data;
    found.forEach((r, p) => expect(r).toBeCloseTo(wanted[p], 10));
  });
});

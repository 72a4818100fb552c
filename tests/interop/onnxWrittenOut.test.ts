import { core, interop, nn } from "phaselens";
import { describe, expect, it } from "vitest";
import { field, initialiser, modelOf, node, value } from "../support/onnx.js";

/** A number of the file, in single precision as exporters write it. */
const scalar = (name: string, x: number): Uint8Array =>
  initialiser(name, [], 1, field(9, new Uint8Array(Float32Array.of(x).buffer)));

/** Attribute `axes` or `keepdims` of a reduction. */
const integer = (name: string, x: number): Uint8Array =>
  field(5, Buffer.concat([field(1, name), field(3, x), field(20, 2)]));
const integers = (name: string, xs: readonly number[]): Uint8Array =>
  field(5, Buffer.concat([field(1, name), ...xs.map((x) => field(8, x)), field(20, 7)]));

const numbers = {
  half: 0.5,
  one: 1,
  two: 2,
  three: 3,
  root: Math.SQRT2,
  inverse: Math.SQRT1_2,
  cube: 0.044715,
  slope: Math.sqrt(2 / Math.PI),
  other: 1.5,
  tiny: 1e-5,
};
const used = (nodes: readonly Uint8Array[]): Uint8Array[] =>
  Object.entries(numbers)
    .filter(([name]) =>
      nodes.some((own) =>
        Buffer.from(own).includes(`\n${String.fromCharCode(name.length)}${name}`),
      ),
    )
    .map(([name, x]) => scalar(name, x));

const read = (
  nodes: readonly Uint8Array[],
  shape: readonly number[] = [1, 4, 6],
): interop.OnnxModel =>
  interop.fromOnnx(
    modelOf([value(11, "x", shape), value(12, "y", shape), ...nodes, ...used(nodes)]),
  );

const layers = ({ network }: interop.OnnxModel): string[] =>
  network.nodes.map(({ layer }) => layer.name).filter((name) => !name.startsWith("reshape"));

const x = core.tensor(
  [3, 4, 6],
  Float64Array.from({ length: 72 }, (_, p) => 3 * Math.sin(1 + 5.3 * p)),
);

/** Against the formula itself, entry by entry; constants of the file are rounded. */
function isFunction(model: interop.OnnxModel, f: (x: number) => number): void {
  const { data } = nn.predict(model.network, model.theta, model.pack({ x }));
  data.forEach((y, p) => expect(Math.abs(y - f(x.data[p]))).toBeLessThan(1e-6));
}

const erf = ["Erf", ["s"], ["e"]] as const;
const plusOne = node("Add", ["e", "one"], ["g"]);
const gate = (...scale: readonly [string, string]): Uint8Array[] => [
  node(scale[0], ["x", scale[1]], ["s"]),
  node(...erf),
  plusOne,
];
const tanhGate = [
  node("Pow", ["x", "three"], ["p"]),
  node("Mul", ["p", "cube"], ["c"]),
  node("Add", ["x", "c"], ["i"]),
  node("Mul", ["i", "slope"], ["s"]),
  node("Tanh", ["s"], ["e"]),
  plusOne,
];

const forms: Record<string, readonly [layer: string, nodes: readonly Uint8Array[]]> = {
  "x (1 + erf(x/√2)), halved in the end": [
    "gelu",
    [...gate("Div", "root"), node("Mul", ["x", "g"], ["m"]), node("Mul", ["m", "half"], ["y"])],
  ],
  "½ x (1 + erf(x/√2))": [
    "gelu",
    [...gate("Mul", "inverse"), node("Mul", ["x", "half"], ["h"]), node("Mul", ["h", "g"], ["y"])],
  ],
  "(½ (1 + erf(x/√2))) x": [
    "gelu",
    [...gate("Div", "root"), node("Mul", ["g", "half"], ["h"]), node("Mul", ["h", "x"], ["y"])],
  ],
  "the same by tanh": [
    "gelu(tanh)",
    [...tanhGate, node("Mul", ["x", "half"], ["h"]), node("Mul", ["h", "g"], ["y"])],
  ],
  "the same with x³ as products": [
    "gelu(tanh)",
    [
      node("Mul", ["x", "x"], ["q"]),
      node("Mul", ["q", "x"], ["p"]),
      ...tanhGate.slice(1),
      node("Mul", ["x", "g"], ["m"]),
      node("Mul", ["half", "m"], ["y"]),
    ],
  ],
  "x σ(x)": ["silu", [node("Sigmoid", ["x"], ["g"]), node("Mul", ["g", "x"], ["y"])]],
};

const formulas: Record<string, (x: number) => number> = {
  gelu: (x) => nnValue(nn.gelu(), x),
  "gelu(tanh)": (x) =>
    0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
  silu: (x) => x / (1 + Math.exp(-x)),
};
function nnValue(layer: nn.ElementwiseLayer, x: number): number {
  const y = new Float64Array(1);
  layer.value(Float64Array.of(x), y, 1);
  return y[0];
}

describe("a function that a file writes out is one layer", () => {
  it.each(Object.entries(forms))("%s", (_name, [layer, nodes]) => {
    const model = read(nodes);
    expect(layers(model)).toEqual([layer]);
    isFunction(model, formulas[layer]);
  });

  it("with the factor that it has", () => {
    const model = read([...gate("Div", "root"), node("Mul", ["x", "g"], ["y"])]);
    expect(layers(model)).toEqual(["gelu", "rescale(2, 0)"]);
    isFunction(model, (own) => 2 * formulas.gelu(own));
  });

  it("and one that is nearly it stays what it is", () => {
    const model = read([...gate("Div", "other"), node("Mul", ["x", "g"], ["y"])]);
    expect(layers(model)).not.toContain("gelu");
    expect(layers(model).at(-1)).toBe("multiply");
  });

  it("so does a gate of something else", () => {
    const shifted = [node("Add", ["x", "one"], ["u"]), node("Sigmoid", ["u"], ["g"])];
    const model = read([...shifted, node("Mul", ["x", "g"], ["y"])]);
    expect(layers(model).at(-1)).toBe("multiply");
    isFunction(model, (own) => own / (1 + Math.exp(-own - 1)));
  });
});

const mean = (from: string, to: string): Uint8Array =>
  node("ReduceMean", [from], [to], integers("axes", [2]), integer("keepdims", 1));
const normal = (difference: string, squares: Uint8Array): Uint8Array[] => [
  squares,
  mean("q", "v"),
  node("Add", ["v", "tiny"], ["w"]),
  node("Sqrt", ["w"], ["d"]),
  node("Div", [difference, "d"], ["y"]),
];
const centre = [mean("x", "m"), node("Sub", ["x", "m"], ["c"])];

/** (x − μ) / √(σ² + ε) of each row, or x / √(⟨x²⟩ + ε). */
function expectNormal(model: interop.OnnxModel, centred: boolean): void {
  const { data } = nn.predict(model.network, model.theta, model.pack({ x }));
  for (let row = 0; row < 12; row++) {
    const own = Array.from(x.data.subarray(6 * row, 6 * row + 6));
    const mu = centred ? own.reduce((a, b) => a + b / 6, 0) : 0;
    const variance = own.reduce((a, b) => a + (b - mu) ** 2 / 6, 0);
    own.forEach((one, k) =>
      expect(data[6 * row + k]).toBeCloseTo((one - mu) / Math.sqrt(variance + 1e-5), 6),
    );
  }
}

describe("a normalisation that a file writes out is one layer", () => {
  it.each([
    ["power", node("Pow", ["c", "two"], ["q"])],
    ["product", node("Mul", ["c", "c"], ["q"])],
  ])("LayerNorm, its squares by a %s", (_name, squares) => {
    const model = read([...centre, ...normal("c", squares)]);
    expect(layers(model)).toEqual(["normalise(1)"]);
    expectNormal(model, true);
  });

  it("RMSNorm", () => {
    const model = read(normal("x", node("Pow", ["x", "two"], ["q"])));
    expect(layers(model)).toEqual(["normalise(1, not centred)"]);
    expectNormal(model, false);
  });

  it("but not one by the deviation of other numbers", () => {
    const model = read([...centre, ...normal("x", node("Pow", ["c", "two"], ["q"]))]);
    expect(layers(model).at(-1)).toBe("multiply");
  });
});

describe("what weighs and what is weighed", () => {
  const signals = ({ network }: interop.OnnxModel): unknown[] =>
    network.nodes.flatMap(({ layer }) => (layer.kind === "product" ? [layer.signal] : []));

  it.each([
    ["w", "t", 1],
    ["t", "w", 0],
    ["t", "x", undefined],
  ] as const)("is known of attention: %s times %s", (a, b, signal) => {
    const nodes = [
      node("Softmax", ["x"], ["w"]),
      node("Transpose", ["x"], ["t"], integers("perm", [0, 2, 1])),
      node("MatMul", [a, b], ["y"]),
    ];
    expect(signals(read(nodes, [1, 4, 4]))).toEqual([signal]);
  });

  it("and of quotients: what is divided is the signal", () => {
    const nodes = [mean("x", "m"), node("Exp", ["m"], ["n"]), node("Div", ["x", "n"], ["y"])];
    expect(signals(read(nodes))).toEqual([0]);
  });
});

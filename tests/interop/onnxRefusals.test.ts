import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { core, interop, nn } from "phaselens";
import { ConfigError, DataError } from "phaselens/core";
import { afterAll, describe, expect, it } from "vitest";
import { field, initialiser, message, modelOf, node, value } from "../support/onnx.js";
import { refusal, refusalOf } from "../support/refusal.js";

const x = value(11, "x", ["N", 2]);
const y = value(12, "y", ["N", 2]);
const floats = (...numbers: number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(numbers).buffer);
const raw = (bytes: Uint8Array): Uint8Array => field(9, bytes);
const scaled = (...tensor: readonly Uint8Array[]): Uint8Array =>
  modelOf([x, y, node("Mul", ["x", "w"], ["y"]), ...tensor]);

describe("an ONNX model is refused", () => {
  it.each<[string, Uint8Array, typeof ConfigError, string]>([
    [
      "with all operators that are not read, and the nodes that use them, at once",
      modelOf([
        x,
        y,
        node("Foo", ["x"], ["a"]),
        node("Bar", ["a"], ["b"]),
        node("Foo", ["b"], ["y"]),
      ]),
      ConfigError,
      'has operators that are not read: Foo ("a-node", "y-node"); Bar ("b-node").',
    ],
    [
      "that is quantised",
      modelOf([x, y, node("QLinearMatMul", ["x"], ["y"])]),
      ConfigError,
      "The model is quantised: export it as it was before, with float32 weights.",
    ],
    [
      "with sparse weights",
      modelOf([x, y, node("Mul", ["x", "w"], ["y"]), field(15, message(field(3, 2)))]),
      ConfigError,
      "keeps weights as sparse tensors, which are not read. Export the model with dense ones.",
    ],
    [
      "with a node of the operators of a branch that is taken",
      modelOf([
        x,
        y,
        initialiser("c", [], 9, raw(Uint8Array.of(1))),
        node(
          "If",
          ["c"],
          ["y"],
          field(
            5,
            message(
              field(1, "then_branch"),
              field(6, message(node("Foo", ["x"], ["q"]), field(12, field(1, "q")))),
            ),
          ),
        ),
      ]),
      ConfigError,
      'has operators that are not read: Foo ("q-node").',
    ],
    [
      "with a cycle",
      modelOf([
        x,
        y,
        node("Add", ["x", "b"], ["a"]),
        node("Relu", ["a"], ["b"]),
        node("Relu", ["b"], ["y"]),
      ]),
      DataError,
      "needs what it makes itself: its graph has a cycle",
    ],
    [
      "with two nodes that make one value",
      modelOf([x, y, node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])]),
      DataError,
      'both make "y"',
    ],
    [
      "with a value that no node makes",
      modelOf([x, y, node("Add", ["x", "lost"], ["y"])]),
      DataError,
      'an input of Add "y-node" is "lost", which no node makes',
    ],
    [
      "with weights that are fewer than their shape says",
      scaled(initialiser("w", [1000, 1000], 1, raw(floats(1, 2)))),
      DataError,
      'tensor "w": holds 8 bytes, its shape needs 4000000',
    ],
    [
      "with a shape beyond memory",
      scaled(initialiser("w", [2 ** 40, 2 ** 40], 1, raw(floats(1)))),
      DataError,
      "claims the shape [1099511627776,1099511627776]",
    ],
    [
      "with weights of a kind that is not read",
      scaled(initialiser("w", [2], 8, raw(floats(1, 2)))),
      DataError,
      "holds texts, which are not read",
    ],
    [
      "with weights that are no numbers",
      modelOf([
        x,
        y,
        node("MatMul", ["x", "w"], ["y"]),
        initialiser("w", [2, 2], 1, raw(floats(1, NaN, 2, 3))),
      ]),
      DataError,
      'entry 2 of "w" is NaN',
    ],
    [
      "with shapes that do not fit",
      scaled(initialiser("w", [3], 1, raw(floats(1, 2, 3)))),
      ConfigError,
      'Mul "y-node": reads values of shapes [1,2] and [3], which do not fit',
    ],
    [
      "of an opset that is not read",
      modelOf([x, y, node("Relu", ["x"], ["y"])], 6),
      ConfigError,
      "is of opset 6; 7 to 23 are read. In Python: onnx.save(onnx.version_converter",
    ],
    [
      "whose numbers lie in another file, where bytes alone are read",
      scaled(
        initialiser(
          "w",
          [2],
          1,
          field(13, message(field(1, "location"), field(2, "w.bin"))),
          field(14, 1),
        ),
      ),
      ConfigError,
      'its numbers are in the file "w.bin"',
    ],
    [
      "whose output is made of weights alone",
      modelOf([x, y, node("Relu", ["w"], ["y"]), initialiser("w", [2], 1, raw(floats(1, 2)))]),
      ConfigError,
      'the output "y" does not depend on the inputs',
    ],
    [
      "that is cut off",
      modelOf([x, y, node("Relu", ["x"], ["y"])]).subarray(0, 30),
      DataError,
      "bytes, ",
    ],
    ["that is none", field(99, "text"), DataError, "holds no graph, so it is no ONNX model"],
  ])("%s", (_, bytes, kind, text) => {
    expect(refusal(kind, () => interop.fromOnnx(bytes)).message).toContain(text);
  });

  it("whose graphs nest without end", () => {
    let graph = message(node("Relu", ["x"], ["y"]));
    for (let depth = 0; depth < 50; depth++)
      graph = message(
        node("If", ["c"], ["y"], field(5, message(field(1, "then_branch"), field(6, graph)))),
      );
    const bytes = message(field(7, graph), field(8, field(2, 17)));
    expect(refusal(DataError, () => interop.fromOnnx(bytes)).message).toContain("nests more than");
  });

  it("with a chain of many nodes without a deep stack", () => {
    const chain = Array.from({ length: 20_000 }, (_, k) => node("Relu", [`v${k}`], [`v${k + 1}`]));
    const bytes = modelOf([
      value(11, "v0", ["N", 2]),
      value(12, "v20000", []),
      ...chain,
      node("Foo", ["v20000"], ["z"]),
    ]);
    expect(interop.fromOnnx(bytes).network.nodes).toHaveLength(20_000);
  });
});

describe("weights of every kind are read", () => {
  const bits = (...numbers: number[]): Uint8Array =>
    new Uint8Array(Uint16Array.from(numbers).buffer);
  it.each<[string, number, Uint8Array]>([
    ["float32", 1, raw(floats(1.5, -2))],
    ["float32 in a list", 1, field(4, floats(1.5, -2))],
    ["float64", 11, raw(new Uint8Array(Float64Array.of(1.5, -2).buffer))],
    ["float64 in a list", 11, field(10, new Uint8Array(Float64Array.of(1.5, -2).buffer))],
    ["float16", 10, raw(bits(0x3e00, 0xc000))],
    ["float16 in a list", 10, field(5, Uint8Array.of(0x80, 0x7c, 0x80, 0x80, 0x03))],
    ["bfloat16", 16, raw(bits(0x3fc0, 0xc000))],
  ])("%s", (_, type, held) => {
    const { network, theta } = interop.fromOnnx(scaled(initialiser("w", [2], type, held)));
    const out = nn.predict(network, theta, core.tensor([1, 2], [2, 3]));
    expect(Array.from(out.data)).toEqual([3, -6]);
  });

  it.each<[string, number, Uint8Array]>([
    ["int8", 3, raw(Uint8Array.of(2, 253))],
    ["uint8 in a list", 2, field(5, Uint8Array.of(2, 3))],
    ["int32", 6, raw(new Uint8Array(Int32Array.of(2, -3).buffer))],
    ["int64", 7, raw(new Uint8Array(BigInt64Array.of(2n, -3n).buffer))],
    ["int64 in a list", 7, message(field(7, 2), field(7, -3))],
    ["bool", 9, raw(Uint8Array.of(1, 0))],
  ])("%s, by a cast", (_, type, held) => {
    const cast = node("Cast", ["w"], ["f"], field(5, message(field(1, "to"), field(3, 1))));
    const parts = [x, y, cast, node("Mul", ["x", "f"], ["y"]), initialiser("w", [2], type, held)];
    const { network, theta } = interop.fromOnnx(modelOf(parts));
    const out = Array.from(nn.predict(network, theta, core.tensor([1, 2], [1, 1])).data);
    expect(out.map(Math.abs)).toEqual(type === 9 ? [1, 0] : [2, 3]);
  });
});

describe("extents", () => {
  const open = modelOf([
    value(11, "a", ["N", 2, "n"]),
    value(11, "b", ["N", 3, "n"]),
    value(12, "y", []),
    node("Concat", ["a", "b"], ["y"], field(5, message(field(1, "axis"), field(3, 1)))),
  ]);

  it("that are open and not given are named", () => {
    const { message: text } = refusal(ConfigError, () => interop.fromOnnx(open));
    expect(text).toContain("the file leaves extents open: a [2, n], b [3, n]. Give them");
  });

  it("of one name are given once", () => {
    const { inputs } = interop.fromOnnx(open, { extents: { a: [2, 5] } });
    expect(inputs.map(({ shape }) => shape)).toEqual([
      [2, 5],
      [3, 5],
    ]);
  });

  it.each<[string, Record<string, number[]>, string]>([
    ["other than the file's", { a: [4, 5] }, "extents [4,5] do not fit the input a [2, n]"],
    ["of two numbers for one name", { a: [2, 5], b: [3, 6] }, "do not fit the input b [3, n]"],
    ["of no input", { c: [1] }, 'extents are given for "c", which is no input'],
    ["that are no numbers", { a: [2, 0.5] }, "Give whole numbers ≥ 1"],
  ])("%s are refused", (_, extents, text) => {
    expect(refusal(ConfigError, () => interop.fromOnnx(open, { extents })).message).toContain(text);
  });
});

describe("the batch", () => {
  const file = (...axes: (number | string)[]): Uint8Array =>
    modelOf([value(11, "x", axes), value(12, "y", axes), node("Relu", ["x"], ["y"])]);

  it.each(["batch", "batch_size", "n_batch", "Batch"])("is refused behind time: %s", (name) => {
    const read = () => interop.fromOnnx(file(5, name, 3), { extents: { x: [1, 3] } });
    expect(refusal(ConfigError, read).message).toContain(
      `input "x": has its batch along axis 1 of [5, ${name}, 3], and samples lie along the first.`,
    );
  });

  it("that the file fixes is said, as it may be something else", () => {
    const note = 'The file fixes the first axis of "x" at 5: it is taken for the batch';
    expect(interop.fromOnnx(file(5, 3)).notes[0]).toContain(note);
    expect(interop.fromOnnx(file(1, 3)).notes).toEqual([]);
    expect(interop.fromOnnx(file("batch", 3)).notes).toEqual([]);
  });
});

describe("heads and masks", () => {
  const two = modelOf([
    x,
    value(11, "pf_mask", ["N", 2]),
    value(12, "p", []),
    value(12, "q", []),
    node("Mul", ["x", "pf_mask"], ["a"]),
    node("Softmax", ["a"], ["p"]),
    node("Sigmoid", ["a"], ["q"]),
  ]);

  it("are named: the first output by default, and what ends it is taken off", () => {
    const [first, other] = [interop.fromOnnx(two), interop.fromOnnx(two, { head: "q" })];
    expect([first.head, first.output, other.output]).toEqual(["p", "softmax", "sigmoid"]);
    expect(first.outputs).toEqual(["p", "q"]);
    expect(first.masks).toEqual(["pf_mask"]);
    expect(refusal(ConfigError, () => interop.fromOnnx(two, { head: "r" })).message).toContain(
      'has no output "r". Name one of p, q.',
    );
    expect(refusal(ConfigError, () => interop.fromOnnx(two, { masks: ["m"] })).message).toContain(
      'the mask "m" is no input',
    );
  });

  it("give the mask of a product nothing: the other factor is its signal", () => {
    const { network } = interop.fromOnnx(two);
    const product = network.nodes.find(({ layer }) => layer.kind === "product")!;
    expect(product.layer).toMatchObject({ signal: 0 });
  });

  it("take the names of weights into θ", () => {
    const file = scaled(initialiser("w", [2], 1, raw(floats(3, 4))));
    const { parameters, theta } = interop.fromOnnx(file);
    expect(parameters).toEqual([{ name: "w", shape: [2], offset: 0 }]);
    expect(Array.from(theta)).toEqual([3, 4, 0, 0]);
  });
});

describe("numbers in a file beside the model", () => {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-onnx-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "models"));
  const entry = (key: string, text: string): Uint8Array =>
    field(13, message(field(1, key), field(2, text)));
  const path = join(folder, "models", "m.onnx");
  const write = (...entries: readonly Uint8Array[]): void =>
    writeFileSync(path, scaled(initialiser("w", [2], 1, ...entries, field(14, 1))));
  writeFileSync(join(folder, "models", "w.bin"), floats(9, 3, 4));
  writeFileSync(join(folder, "outside.bin"), floats(3, 4));
  symlinkSync(join(folder, "outside.bin"), join(folder, "models", "link.bin"));

  it("are read, and the file is named", async () => {
    write(entry("location", "w.bin"), entry("offset", "4"), entry("length", "8"));
    const { theta, files } = await interop.readModel(path);
    expect(Array.from(theta.subarray(0, 2))).toEqual([3, 4]);
    expect(files.map((own) => own.slice(-5))).toEqual([".onnx", "w.bin"]);
  });

  it.each([
    ["outside.bin", "../outside.bin", "Nothing outside is read"],
    ["a link that leads out", "link.bin", "Nothing outside is read"],
    ["a file that is not there", "lost.bin", "cannot be read (ENOENT)"],
    ["too short a file", "w.bin", "which has 12"],
  ])("in %s are refused", async (_, file, text) => {
    write(entry("location", file), entry("offset", file === "w.bin" ? "8" : "0"));
    expect((await refusalOf(DataError, () => interop.readModel(path))).message).toContain(text);
  });
});

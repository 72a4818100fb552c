import { core, interop, nn } from "phaselens";
import { ConfigError, DataError } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { field, message, node, value } from "../support/onnx.js";
import { refusal } from "../support/refusal.js";

const own = field(7, "mine");
const opset = (version: number): Uint8Array => field(9, message(field(1, ""), field(2, version)));
const setting = (name: string, kind: number, held: number | string): Uint8Array =>
  message(field(1, name), field(kind, held));
/** A node of a function: as in a graph, under another number. */
const inner = (...parts: Parameters<typeof node>): Uint8Array => {
  const whole = node(...parts);
  return Uint8Array.from([7 * 8 + 2, ...whole.subarray(1)]);
};
const definition = (
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...more: readonly Uint8Array[]
): Uint8Array =>
  field(
    25,
    message(
      field(1, name),
      ...inputs.map((one) => field(4, one)),
      ...outputs.map((one) => field(5, one)),
      field(10, "mine"),
      ...more,
    ),
  );

/** A file whose graph is of x [N, 3] and gives y. */
const fileOf = (parts: readonly Uint8Array[], functions: readonly Uint8Array[]): Uint8Array =>
  message(
    field(1, 8),
    field(7, message(value(11, "x", ["N", 3]), value(12, "y", ["N", 3]), ...parts)),
    field(8, message(field(1, ""), field(2, 17))),
    field(8, message(field(1, "mine"), field(2, 1))),
    ...functions,
  );

const outputs = (bytes: Uint8Array, ...x: number[]): number[] => {
  const { network, theta } = interop.fromOnnx(bytes);
  return Array.from(nn.predict(network, theta, core.tensor([1, 3], x)).data);
};

/** Sums of an input along an axis that the node names, or the default does. */
const sums = definition(
  "Sums",
  ["a"],
  ["s"],
  opset(17),
  inner("CumSum", ["a", "axis"], ["s"], field(5, setting("reverse", 21, "backwards"))),
  inner("Constant", [], ["axis"], field(5, setting("value_int", 3, 1))),
  field(11, setting("backwards", 3, 0)),
);

describe("an operator that the file defines itself", () => {
  it("is the nodes that it is made of, with names of its own", () => {
    const twice = [node("Sums", ["x"], ["s"], own), node("Sums", ["s"], ["y"], own)];
    expect(outputs(fileOf(twice, [sums]), 1, 2, 3)).toEqual([1, 4, 10]);
  });

  it("has the settings of the node that calls it, or its own", () => {
    const backwards = field(5, setting("backwards", 3, 1));
    const one = node("Sums", ["x"], ["y"], own, backwards);
    expect(outputs(fileOf([one], [sums]), 1, 2, 3)).toEqual([6, 5, 3]);
  });

  it("may call another, and hand its settings on", () => {
    const outer = definition(
      "Outer",
      ["a", "unused"],
      ["b"],
      inner("Sums", ["a"], ["s"], own, field(5, setting("backwards", 21, "way"))),
      inner("Neg", ["s"], ["b"]),
    );
    const call = node("Outer", ["x"], ["y"], own, field(5, setting("way", 3, 1)));
    expect(outputs(fileOf([call], [sums, outer]), 1, 2, 3)).toEqual([-6, -5, -3]);
  });

  it.each<[string, readonly Uint8Array[], typeof DataError | typeof ConfigError, string]>([
    [
      "calls itself",
      [definition("F", ["a"], ["b"], inner("F", ["a"], ["b"], own))],
      DataError,
      'the function "F" calls itself',
    ],
    [
      "makes more and more nodes",
      Array.from({ length: 23 }, (_, k) =>
        definition(
          k === 0 ? "F" : `F${k}`,
          ["a"],
          ["b"],
          inner(`F${k + 1}`, ["a"], ["c"], own),
          inner(`F${k + 1}`, ["c"], ["b"], own),
        ),
      ),
      ConfigError,
      "its functions make more than 200000 nodes",
    ],
    [
      "is of another opset",
      [definition("F", ["a"], ["b"], opset(11), inner("Relu", ["a"], ["b"]))],
      ConfigError,
      'its function "F" is of opset 11, the graph of 17. In Python: onnx.save(onnx.inliner',
    ],
    [
      "has operators that are not read, which are named",
      [definition("F", ["a"], ["b"], inner("Foo", ["a"], ["b"]))],
      ConfigError,
      "has operators that are not read: Foo (",
    ],
  ])("is refused if it %s", (_, functions, kind, text) => {
    const bytes = fileOf([node("F", ["x"], ["y"], own)], functions);
    expect(refusal(kind, () => interop.fromOnnx(bytes)).message).toContain(text);
  });
});

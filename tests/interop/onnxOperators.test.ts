import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { core, interop, nn } from "phaselens";
import { describe, expect, it } from "vitest";
import { probabilities } from "../support/onnx.js";

interface Case {
  /** The file in base64. */
  readonly model: string;
  readonly inputs: Readonly<Record<string, { readonly shape: number[]; readonly data: number[] }>>;
  /** Of onnxruntime, a row a sample. */
  readonly output: readonly number[][];
}

type Cases = Readonly<Record<string, Case>>;
function casesOf(file: string): Cases {
  const path = fileURLToPath(new URL(`../reference/onnx/${file}`, import.meta.url));
  return (JSON.parse(readFileSync(path, "utf8")) as { cases: Cases }).cases;
}

/** Largest difference to what onnxruntime gives, by the largest output. */
function largestOff({ model: base64, inputs, output }: Case): number {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([key, { shape, data }]) => [key, core.tensor(shape, data)]),
  );
  const extents = Object.fromEntries(
    Object.entries(inputs).map(([key, { shape }]) => [key, shape.slice(1)]),
  );
  const model = interop.fromOnnx(Buffer.from(base64, "base64"), { extents });
  const x = model.pack(tensors);
  const own = probabilities(model.output, nn.predict(model.network, model.theta, x));
  const isLogarithm = model.notes.some((note) => note.includes("logarithms"));
  const found = isLogarithm ? own.map(Math.log) : own;
  const expected = output.flat();
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((y, p) => Math.abs(y - found[p]) / largest));
}

const operators = casesOf("operators.json");
describe("an operator of ONNX gives what onnxruntime gives (1e-5 of the largest)", () => {
  it.each(Object.keys(operators))("%s", (name) => {
    expect(largestOff(operators[name])).toBeLessThan(1e-5);
  });
});

const modules = casesOf("pytorch.json");
describe("a module that torch.onnx.export wrote gives what onnxruntime gives (2e-5)", () => {
  it.each(Object.keys(modules))("%s", (name) => {
    expect(largestOff(modules[name])).toBeLessThan(2e-5);
  });
});

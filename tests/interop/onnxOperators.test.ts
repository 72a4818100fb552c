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

const path = fileURLToPath(new URL("../reference/onnx/operators.json", import.meta.url));
const { cases } = JSON.parse(readFileSync(path, "utf8")) as {
  cases: Readonly<Record<string, Case>>;
};

describe("an operator of ONNX gives what onnxruntime gives (1e-5 of the largest)", () => {
  it.each(Object.keys(cases))("%s", (name) => {
    const { model: base64, inputs, output } = cases[name];
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([key, { shape, data }]) => [key, core.tensor(shape, data)]),
    );
    const model = interop.fromOnnx(Buffer.from(base64, "base64"));
    const x = model.pack(tensors);
    const found = probabilities(model.output, nn.predict(model.network, model.theta, x));
    const expected = output.flat();
    expect(found.length).toBe(expected.length);
    const largest = Math.max(...expected.map(Math.abs));
    const off = expected.map((y, p) => Math.abs(y - found[p]) / largest);
    expect(Math.max(...off)).toBeLessThan(1e-5);
  });
});

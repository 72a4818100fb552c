import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toOnnx } from "phaselens/interop";
import { dense, relu, sequential } from "phaselens/nn";
import { afterAll, expect, it } from "vitest";
import { runNode } from "../support/runNode.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-onnx-memory-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What reading a file took, in multiples of its bytes: doubles, once turned round, and θ. */
it("reading an ONNX file takes memory in proportion to its parameters", async () => {
  for (const hidden of [2500, 10_000]) {
    const path = join(folder, `${hidden}.onnx`);
    const network = sequential([dense(200, hidden), relu(), dense(hidden, 200)]);
    const theta = new Float64Array(network.parameterCount).fill(0.5);
    writeFileSync(path, toOnnx(network, theta));
    const { ended } = runNode(new URL("onnxMemory.mjs", import.meta.url), [path], {
      nodeArgs: ["--expose-gc"],
    });
    const { stdout, stderr, code } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { bytes, before, peak, parameters } = JSON.parse(stdout) as Record<string, number>;
    expect(parameters).toBe(network.parameterCount);
    expect((peak - before) / bytes).toBeLessThan(12);
  }
}, 60_000);

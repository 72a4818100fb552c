import { expect, it } from "vitest";
import { runNode } from "../support/runNode.js";

/** What reading a file took, in multiples of its bytes: doubles, once turned round, and θ. */
it("reading an ONNX file takes memory in proportion to its parameters", async () => {
  for (const hidden of [2500, 10_000]) {
    const { ended } = runNode(new URL("onnxMemory.mjs", import.meta.url), [String(hidden)], {
      nodeArgs: ["--expose-gc"],
    });
    const { stdout, stderr, code } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { bytes, before, peak } = JSON.parse(stdout) as Record<string, number>;
    expect((peak - before) / bytes).toBeLessThan(12);
  }
}, 60_000);

import fc from "fast-check";
import { ConfigError } from "phaselens/core";
import { fromOnnx, toOnnx } from "phaselens/interop";
import { describeNetwork, predict, type Network } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { networkFrom, type NetworkDescription } from "phaselens/internal/nn/network/description";
import { probabilities } from "../onnx.js";
import { runOnnx, runtime } from "../onnxRuntime.js";
import { build, recipes, type RandomProblem } from "../randomNetworks.js";
import { agree } from "./agree.js";
import type { Check, Sweep } from "./overRandomNetworks.js";

/** A file has numbers of single precision: slopes, ε and given numbers of layers as well as θ. */
function inSinglePrecision(network: Network): Network {
  const text = JSON.stringify(describeNetwork(network), (_key, value: unknown) =>
    typeof value === "number" ? Math.fround(value) : value,
  );
  return networkFrom(JSON.parse(text) as NetworkDescription);
}

function rounded({ network, theta, samples: { x } }: RandomProblem) {
  const data = x.data.map(Math.fround);
  return {
    network: inSinglePrecision(network),
    theta: theta.map(Math.fround),
    x: { ...x, data },
    inputShape: x.shape.slice(1),
  };
}

export const onnxChecks: Record<string, Check> = {
  "are read as the network that was written, to the last bit of single precision"(problem) {
    const { network, theta, x, inputShape } = rounded(problem);
    const wanted = predict(network, theta, x).data;
    const bytes = toOnnx(network, theta, { inputShape });
    let model: ReturnType<typeof fromOnnx>;
    try {
      model = fromOnnx(bytes);
    } catch (error) {
      // a network of constants alone is none that could be explained
      if (error instanceof ConfigError && error.message.includes("does not depend on the inputs"))
        return false;
      throw error;
    }
    const there = predict(model.network, model.theta, model.pack({ input: x }));
    const found = probabilities(model.output, there);
    agree("outputs", found, wanted, 1e-12, 1);
    agree("outputs in float32", found.map(Math.fround), wanted.map(Math.fround), 0);
  },
};

/** Tests that are skipped where onnxruntime is not installed. */
export function onnxruntimeAgrees({ runs, seed }: Sweep): void {
  describe.skipIf(!runtime)("onnxruntime with files of random networks", () => {
    it("computes what we compute, to 1e-5 of the largest output", async () => {
      for (const recipe of fc.sample(recipes, { numRuns: runs, seed })) {
        const problem = build(recipe);
        const { network, theta, x, inputShape } = rounded(problem);
        const wanted = predict(network, theta, x).data;
        const found = await runOnnx(toOnnx(network, theta, { inputShape }), { input: x });
        // values of size 1 go in: where all outputs are small, they are differences
        const largest = Math.max(...wanted.map(Math.abs), 0.1);
        const off = Math.max(...found.map((y, p) => Math.abs(y - wanted[p]) / largest));
        expect(off, network.nodes.map(({ layer }) => layer.name).join(" ")).toBeLessThan(1e-5);
      }
    }, 600_000);
  });
}

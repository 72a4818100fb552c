import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveNetwork, saveTfjsModel } from "phaselens/interop";
import { ConfigError, type Tensor } from "phaselens/core";
import { describeNetwork, predict, type Network } from "phaselens/nn";
import type { RandomProblem } from "../randomNetworks.js";
import { agree } from "./agree.js";
import type { Check } from "./overRandomNetworks.js";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { readNetwork } from "phaselens/internal/interop/models/savedNetwork";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";

/** The network again computes the same, to the last bit. */
function same(
  what: string,
  { network, theta, samples: { x } }: RandomProblem,
  again: Network,
  own: Float64Array,
): void {
  agree(`${what}, θ`, own, theta, 0);
  agree(`${what}, outputs`, predict(again, own, x).data, predict(network, theta, x).data, 0);
  if (again.parameterCount !== network.parameterCount)
    throw new Error(`${what}: another number of parameters`);
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-random-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const roundTripChecks: Record<string, Check> = {
  "a description as JSON is the network"(problem) {
    const description = JSON.stringify(describeNetwork(problem.network));
    const again = networkFrom(JSON.parse(description) as ReturnType<typeof describeNetwork>);
    same("description", problem, again, problem.theta);
    if (JSON.stringify(describeNetwork(again)) !== description)
      throw new Error(`another description: ${description}`);
  },

  "a saved network is read with every number"(problem) {
    const {
      network,
      theta,
      samples: { x },
    } = problem;
    inFolder((folder) => {
      const path = join(folder, "network.json");
      saveNetwork(path, { network, theta, inputShape: x.shape.slice(1), output: "linear" });
      const back = readNetwork(path);
      same("saved network", problem, back.network, back.theta);
      agree("shape", back.inputShape ?? [], x.shape.slice(1), 0);
    });
  },

  "files for TensorFlow.js hold the network, if that has its layers"(problem) {
    const {
      network,
      samples: { x },
    } = problem;
    const theta = problem.theta.map(Math.fround);
    const back = inFolder((folder) => {
      try {
        return readTfjsModel(
          saveTfjsModel(join(folder, "model.json"), {
            network,
            theta,
            inputShape: x.shape.slice(1),
            output: "linear",
          }),
        );
      } catch (error) {
        if (error instanceof ConfigError) return undefined; // names what is not there
        throw error;
      }
    });
    if (!back) return false;
    const [found, wanted]: Tensor[] = [
      predict(back.network, back.theta, x),
      predict(network, theta, x),
    ];
    // a sigmoid at the end is taken for what makes probabilities of the outputs
    const outputs =
      back.output === "sigmoid" ? found.data.map((z) => 1 / (1 + Math.exp(-z))) : found.data;
    agree("outputs", outputs, wanted.data, 1e-12, 1);
  },
};

// Sweeps of the Ising model beside C++.
import { makeRng } from "phaselens/core";
import { isingModel, lattice, sampler } from "phaselens/physics";
import { inputFolder, writePeerInputs } from "./peerInputs.mjs";

const [EXTENT, SWEEPS, BETA] = [128, 1000, 0.4406868];
const ising = isingModel(lattice([EXTENT, EXTENT]), { inverseTemperature: BETA });

/** A row for `heatBath` or `metropolis`. @param {"heatBath" | "metropolis"} algorithm */
function row(algorithm) {
  const id = `ising-128-${algorithm === "heatBath" ? "heat-bath" : algorithm}`;
  const spec = { configurations: 1, chains: 1, thermalisation: 0, seed: 1, set: "bench" };
  const title = `${SWEEPS} sweeps of the Ising model, 128², ${algorithm === "heatBath" ? "heat bath" : "Metropolis"}`;
  return {
    id,
    title,
    ...(algorithm === "heatBath" && { headline: title }),
    target: "300 ms: 0.3 ms a sweep",
    repetitions: 21,
    prepare() {
      const chain = sampler(ising, { algorithm });
      const { fields } = chain.sample({ ...spec, stride: SWEEPS });
      writePeerInputs(id, { expected: fields.data });
      return chain;
    },
    ours: (chain) => chain.sample({ ...spec, stride: SWEEPS }),
    peer: {
      label: "C++, g++ -O3 -march=native",
      source: "tests/bench/peers/ising.cpp",
      args: [
        inputFolder(id),
        algorithm,
        SWEEPS,
        BETA,
        ...makeRng(1, `${ising.name}/bench/chain 0/updates`).philox.words,
      ].map(String),
    },
  };
}

export const rows = [row("heatBath"), row("metropolis")];

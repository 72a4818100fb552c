// npm run study:critical: how far the transitions that a classifier finds move when a bin of
// training couplings is taken away, and whether group influence says so.
import { join } from "node:path";
import { seconds } from "./certificate/measure.mjs";
import { movedTransitions, sampledDiagram } from "./bluecher2020-critical/phaseDiagram.mjs";
import { kept, runStudy } from "./study.mjs";

const SEEDS = 10;
const tasks = [
  ["linear", 0.01],
  ["perceptron", 0.01],
].flatMap(([kind, l2]) =>
  Array.from({ length: SEEDS }, (_, s) => ({ kind, l2, name: `${kind} ${l2}`, seed: s + 1 })),
);

runStudy({
  name: "bluecher2020-critical",
  command: "npm run study:critical",
  description:
    "Shifts of κ_c of AFM–PM and PM–FM (Blücher et al. 2020, 8³) when a bin of training couplings is removed: by group influence, a Newton step, a search from the old minimum, and training anew",
  usage: `both transitions of a classifier of phases without each bin of its training couplings, from
                  ten seeds: about 8 s of sampling a seed and 2 to 5 s a network on one core`,
  files: "networks",
  tasks,
  async measure({ kind, l2, seed }, folder) {
    const file = `${kind}-${l2}-${seed}.json`;
    const { critical, seconds: spent } = await kept(join(folder, "networks", file), async () => {
      const samples = join(folder, "samples", `${seed}.json`);
      const sampled = await kept(samples, () => sampledDiagram(seed));
      const task = { kind, l2, seed };
      const { found, seconds: own } = await seconds(() => movedTransitions(sampled, task));
      return { ...task, ...found, seconds: own };
    });
    return `${file} κ_c ${critical.map((kappa) => kappa.toFixed(4)).join(" ")}, ${spent.toFixed(1)} s`;
  },
  identity: ["kind", "l2", "seed"],
  digits: 5,
});

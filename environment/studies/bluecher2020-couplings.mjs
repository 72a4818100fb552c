// npm run study:couplings: the hopping parameter and the Yukawa coupling estimated together, beside
// the Cramér–Rao bound of both.
import { join } from "node:path";
import { estimated, sampledCouplings } from "./bluecher2020-couplings/estimate.mjs";
import { kept, runStudy } from "./study.mjs";

const SEEDS = 3;
const tasks = Array.from({ length: SEEDS }, (_, s) =>
  [2, 3, 4, 5].flatMap((fermionMass) =>
    ["linear", "perceptron"].map((kind) => ({
      ...{ fermionMass, kind },
      name: `M_f=${fermionMass}`,
      seed: s + 1,
    })),
  ),
).flat();

runStudy({
  name: "bluecher2020-couplings",
  command: "npm run study:couplings",
  description:
    "κ and g of the Yukawa model (4³, exact determinant) estimated together from 25 configurations: bias, spread and rms error, and the Fisher matrix of one configuration [κκ, κg, gg]",
  usage: `κ and g estimated together, for fermion masses 2 to 5: 25 s of sampling a mass and seed, 1 s a network`,
  files: "networks",
  tasks,
  async measure({ fermionMass, kind, seed }, folder) {
    const file = `${fermionMass}-${kind}-${seed}.json`;
    const { points } = await kept(join(folder, "networks", file), async () => {
      const samples = join(folder, "samples", `${fermionMass}-${seed}.json`);
      const sampled = await kept(samples, () => sampledCouplings(fermionMass, seed));
      return { fermionMass, kind, seed, points: estimated(sampled, { kind, seed }) };
    });
    const shown = points.map(({ rmse }) => rmse.map((v) => v.toFixed(4)).join(" "));
    return `${file} rms errors of κ and g: ${shown.join(", ")}`;
  },
  identity: ["fermionMass", "kind", "seed"],
  digits: 5,
});

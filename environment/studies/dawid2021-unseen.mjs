// npm run study:unseen: which score tells a phase that training has not seen, on a Fermi–Hubbard
// chain along V₂ and on a chain of Su, Schrieffer and Heeger with disordered hoppings.
import { join } from "node:path";
import { boundariesOf } from "./dawid2021-unseen/boundaries.mjs";
import { scan } from "./dawid2021-unseen/chain.mjs";
import { chainMeasured, scans } from "./dawid2021-unseen/chainNetworks.mjs";
import { sshMeasured } from "./dawid2021-unseen/sshNetworks.mjs";
import { kept, runStudy } from "./study.mjs";

const ENSEMBLES = 4;
/** More of one kind, for what was noticed of the first four and had to be tried on others. */
const FRESH = 4;
/** δV₂ at each length; the longest takes 20 s. */
const steps = { 8: 0.05, 12: 0.05, 16: 0.2 };

const boundaries = Object.keys(steps).flatMap((sites) =>
  Object.keys(scans).map((line) => ({ part: "boundaries", setting: line, seed: Number(sites) })),
);
const ensembles = Array.from({ length: ENSEMBLES }, (_, k) => [
  { part: "SSH", setting: "clean", seed: k + 1 },
  { part: "chain", setting: "soft", seed: k + 1 },
  { part: "chain", setting: "hard", seed: k + 1 },
]).flat();
const fresh = Array.from({ length: FRESH }, (_, k) => ({
  ...{ part: "chain", setting: "hard" },
  seed: ENSEMBLES + k + 1,
}));

/** The boundaries of a scan, and how its orders run. */
function boundariesMeasured({ setting, seed: sites }) {
  const step = steps[sites];
  const places = Array.from({ length: Math.round(4 / step) + 1 }, (_, k) => k * step);
  const points = scan({ sites, interaction: scans[setting], secondInteractions: places });
  const orders = points.filter((_, k) => k % Math.round(0.2 / step) === 0);
  return {
    interaction: scans[setting],
    ...boundariesOf(points, sites),
    orders: orders.map(({ secondInteraction, single, double, bonds }) => ({
      secondInteraction,
      single,
      double,
      bonds,
    })),
  };
}

const measures = { boundaries: boundariesMeasured, SSH: sshMeasured, chain: chainMeasured };

runStudy({
  name: "dawid2021-unseen",
  command: "npm run study:unseen",
  description:
    "Scores of states in phases unseen in training: Fermi–Hubbard chain along V₂ (AUC, place of the first alarm), disordered SSH chain (rank correlation with accuracy)",
  usage:
    "scores of phases unseen in training, for five networks on one core 6 s (SSH), 25 s (soft) or 100 s",
  tasks: [...boundaries, ...ensembles, ...fresh].map((task) => ({
    name: `${task.part}, ${task.setting}`,
    ...task,
  })),
  async measure(task, folder) {
    const { part, setting, seed } = task;
    const file = `${part}-${setting}-${seed}.json`;
    const found = await kept(join(folder, file), async () => ({
      ...{ part, setting, seed },
      ...(await measures[part](task)),
    }));
    return `${file} ${found.members?.length ?? 0} networks`;
  },
  identity: ["part", "setting", "seed"],
  digits: 4,
});

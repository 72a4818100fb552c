// npm run study:coverage: whether intervals of relevance cover the truth as often as they say, over
// many independent repetitions of a small Fig. 4 of Blücher et al. 2020.
import { join } from "node:path";
import { core } from "phaselens";
import { shown } from "./bluecher2020-coverage/data.mjs";
import { observed } from "./bluecher2020-coverage/networks.mjs";
import { NETWORKS, repetition, truthPart } from "./bluecher2020-coverage/replication.mjs";
import { covered, mixes } from "./bluecher2020-coverage/synthetic.mjs";
import { kept, runStudy } from "./study.mjs";

const REPETITIONS = 400;
const TRUTH_PARTS = 40;
const SYNTHETIC = { repeats: 300, networks: NETWORKS, n: 200 };

const synthetic = Object.keys(mixes).map((mix, k) => ({ name: "synthetic", mix, seed: k + 1 }));
const repeated = Array.from({ length: REPETITIONS }, (_, r) => ({
  name: "repetition",
  seed: r + 1,
}));
const truth = Array.from({ length: TRUTH_PARTS }, (_, t) => ({ name: "truth", seed: 10_001 + t }));

const makers = {
  synthetic: ({ mix, seed }) => ({
    mix,
    ...{ repeats: SYNTHETIC.repeats, deviations: mixes[mix] },
    hits: covered(mixes[mix], { ...SYNTHETIC, rng: core.makeRng(seed, "synthetic") }),
  }),
  repetition: ({ seed }) => repetition(seed),
  truth: ({ seed }) => truthPart(seed),
};

/** Means to 10⁻⁴, errors to three digits. */
function shipped(found) {
  const round = (key, value) => {
    if (typeof value !== "number" || Number.isInteger(value)) return value;
    return Number(key === "mean" ? value.toFixed(4) : value.toPrecision(3));
  };
  const rounded = (key, value) => {
    if (Array.isArray(value)) return value.map((one) => rounded(key, one));
    if (typeof value !== "object" || value === null) return round(key, value);
    return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, rounded(name, v)]));
  };
  return rounded("", found);
}

runStudy({
  name: "bluecher2020-coverage",
  command: "npm run study:coverage",
  description: `Shares of relevance as in Fig. 4 of Blücher et al. 2020 at reduced scale and what their errors are made of, over independent repetitions; [κ = ${shown.join(", ")}][${observed.join(", ")}]`,
  usage: "how often intervals of relevance cover the truth: half a second a repetition on one core",
  tasks: [...repeated.slice(0, 200), ...synthetic, ...truth, ...repeated.slice(200)],
  async measure(task, folder) {
    const { name, seed } = task;
    const file = `${name}-${seed}.json`;
    const found = await kept(join(folder, file), async () => ({
      ...{ kind: name, seed },
      ...(await makers[name](task)),
    }));
    return `${file} ${found.seconds?.toFixed(1) ?? JSON.stringify(found.hits)}`;
  },
  summary: shipped,
  identity: ["kind", "seed"],
  digits: 4,
});

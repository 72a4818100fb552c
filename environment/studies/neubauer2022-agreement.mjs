// npm run study:agreement: what taggers of H → bb̄ agree on: which tracks their margins hang on.
import { join } from "node:path";
import { faithfulnessMeasured } from "./agreement/faithfulness.mjs";
import { pairMeasured } from "./agreement/pairs.mjs";
import { retrainedMeasured, splittingMeasured } from "./agreement/removal.mjs";
import { architectures, networkNames } from "./agreement/taggers.mjs";
import { taggerMeasured } from "./agreement/tracks.mjs";
import { kept, runStudy } from "./study.mjs";

const measures = {
  tracks: ({ of }, folder) => taggerMeasured(of, folder),
  pair: (task, folder) => pairMeasured(task.of, task.with, folder),
  faithfulness: ({ of }, folder) => faithfulnessMeasured(of, folder),
  splitting: ({ of }, folder) => splittingMeasured(of, folder),
  retrained: ({ of }, folder) => retrainedMeasured(of, folder),
};

const task = (what, of, other = "") => ({ name: what, what, of, with: other, seed: 1 });
/** Of an architecture by itself and beside those before it. */
const ofOne = (of, k) => [
  task("tracks", of),
  ...architectures.slice(0, k + 1).map((before) => task("pair", before, of)),
  ...(networkNames.includes(of) ? [task("splitting", of)] : []),
];

/** Those that are trained in seconds. */
const RETRAINED = ["deep set", "boosted trees"];

runStudy({
  name: "neubauer2022-agreement",
  command: "npm run study:agreement",
  description:
    "What five architectures of H → bb̄ taggers agree on: relevance of tracks beside their origin, agreement, faithfulness, influence of g → bb̄ jets; value with errors over jets and over three seeds",
  usage: "what taggers of jets agree on, a minute and a half in all on one core",
  files: "found",
  tasks: [
    ...architectures.flatMap(ofOne),
    ...architectures.map((of) => task("faithfulness", of)),
    ...RETRAINED.map((of) => task("retrained", of)),
  ],
  async measure({ name: _, seed: __, ...one }, folder) {
    const file = `${[one.what, one.of, one.with].join("-").replace(/[^\w]+/g, "-")}.json`;
    const started = process.cpuUsage();
    const found = await kept(join(folder, "found", file), async () => {
      const measured = await measures[one.what](one, folder);
      const { user, system } = process.cpuUsage(started);
      return { ...one, ...measured, seconds: Math.round((user + system) / 1e5) / 10 };
    });
    return `${file} ${found.seconds} s`;
  },
  identity: ["what", "of", "with"],
  digits: 4,
});

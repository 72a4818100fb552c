// npm run study:filters: the filters of Blücher et al. 2020, Figs. 7 and 8, over LASSO strengths,
// lengths of training and configurations.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { core, generate, lrp, nn, studies } from "phaselens";
import { runCommand } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { inProject } from "../base/project.mjs";
import { writeAtomically } from "../base/atomic.mjs";
import { installedVersion } from "../verdicts/versions.mjs";

const usage = `
npm run study:filters [-- OPTIONS]    trains the convolutional network of Blücher et al. 2020 at each point of a scan, from many seeds

  --out DIR       one JSON file a network (default: results/studies/bluecher2020-filters); what is there is not trained again
  --part K/N      every N-th network only, from the K-th on, for several processes or machines
  --scale NAME    only networks on the data of this manifest: quick (20 configurations a coupling) or paper (200)

A network takes about 10 s at quick and 95 s at paper, on one core. --summary FILE writes what is in DIR to one file
(data/studies/bluecher2020-filters.json is what Fig. 7's notebook shows) and trains nothing.`;

const options = /** @type {const} */ ({
  out: { type: "string" },
  part: { type: "string" },
  scale: { type: "string" },
  summary: { type: "string" },
});

/** @param {number} from  @param {number} to */
const seeds = (from, to) => Array.from({ length: to - from + 1 }, (_, k) => from + k);

/**
 * Points of the scan in order of importance: a run that is ended early has the first ones. λ_Lasso
 * is for targets as in Eq. (B4);
 * .0045 = 10 / (16 · 140) is the printed 10 if the authors summed the squared error over batch and
 * outputs.
 */
const grid = [
  ...[1, 2, 3, 4, 5].flatMap((seed) =>
    [0.001, 0.002].map((lasso) => ({ scale: "paper", steps: 35_000, lasso, seeds: [seed] })),
  ),
  ...[0.001, 0.002].map((lasso) => ({ scale: "quick", steps: 4000, lasso, seeds: seeds(1, 20) })),
  ...seeds(6, 20).flatMap((seed) =>
    [0.001, 0.002].map((lasso) => ({ scale: "paper", steps: 35_000, lasso, seeds: [seed] })),
  ),
  ...[0.0005, 0.0045].map((lasso) => ({ scale: "quick", steps: 4000, lasso, seeds: seeds(1, 10) })),
  { scale: "quick", steps: 12_000, lasso: 0.002, seeds: seeds(1, 10) },
  { scale: "paper", steps: 12_000, lasso: 0.002, seeds: seeds(1, 10) },
  ...[0.0045, 0.0005].map((lasso) => ({
    scale: "paper",
    steps: 35_000,
    lasso,
    seeds: seeds(1, 5),
  })),
];

/** @typedef {{ scale: string, steps: number, lasso: number, seed: number }} Task */
const tasks = grid.flatMap(({ seeds: list, ...point }) => list.map((seed) => ({ ...point, seed })));

/**
 * Fields of a scale with their labels; ten test configurations of each coupling are enough for
 * relevances. @param {string} scale
 */
async function dataOf(scale) {
  const folder = await generate.cachedEnsembles(generate.projectManifest(`bluecher2020-${scale}`));
  const bins = nn.labelBins(folder.couplings);
  const training = studies.labelledFields(folder, "training");
  const all = studies.labelledFields(folder, "test");
  const rows = studies
    .couplingRows(all.kappa)
    .flatMap(({ from, to }) => Array.from({ length: Math.min(10, to - from) }, (_, k) => from + k));
  const test = {
    x: core.takeRows(all.x, rows),
    kappa: Float64Array.from(rows, (n) => all.kappa[n]),
  };
  return {
    folder,
    bins,
    test,
    samples: { x: training.x, target: nn.binTargets(training.kappa, bins, { normalised: false }) },
  };
}

/**
 * The network of a task as the notebooks train it, whose cache it shares. @param {Task} task
 * @param {Awaited<ReturnType<typeof dataOf>>} data
 */
async function trained({ lasso, steps, seed }, { folder, samples }) {
  const network = nn.bluecher2020Cnn();
  const recipe = nn.bluecher2020CnnTraining({ lasso, steps });
  const key = studies.trainedNetworkKey({ network, recipe, folder, data: "fields", seed });
  /** @type {number | null} */
  let seconds = null; // a network that the cache had
  const { theta } = await core.cached(key, () => {
    const begun = process.cpuUsage();
    const result = nn.train(network, samples, {
      ...recipe.options,
      rng: core.makeRng(seed, network.name),
    });
    seconds = process.cpuUsage(begun).user / 1e6;
    return result;
  });
  return { network, theta, seconds };
}

/**
 * Filters, errors and relevances of one network. @param {Task} task  @param
 * {Awaited<ReturnType<typeof dataOf>>} data
 */
async function examined(task, data) {
  const { network, theta, seconds } = await trained(task, data);
  const { x, kappa } = data.test;
  const predicted = nn.predictedValues(nn.predict(network, theta, x), data.bins);
  const relevance = studies.bothSigns(
    x,
    (signed) => lrp.filterRelevance(network, theta, signed, lrp.bluecher2020TableIII).filters,
  );
  const filters = studies.firstFilters(network, theta);
  const facts = studies.filterClasses(filters, relevance, kappa);
  return {
    ...task,
    seconds,
    errors: studies.phaseErrors(kappa, predicted),
    filters: Array.from(filters.data),
    facts,
  };
}

/** @param {string | undefined} text */
function partOf(text) {
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(text ?? "1/1") ?? [];
  if (!(Number(part) >= 1 && Number(part) <= Number(parts)))
    throw new Failure(`--part must be like 1/4, got "${text}".`, { exitCode: 2 });
  return { part: Number(part), parts: Number(parts) };
}

/** @param {number} value  three significant digits: cosines and errors need no more */
const short = (value) => Number(value.toPrecision(3));

/**
 * One file of what a folder holds, small enough to ship. @param {string} folder  @param {string}
 * file
 */
function writeSummary(folder, file) {
  const found = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  if (found.length === 0)
    throw new Failure(`${folder} holds no networks. Run without --summary first.`);
  const order = (/** @type {Task} */ one) =>
    tasks.findIndex((task) =>
      ["scale", "steps", "lasso", "seed"].every((name) => task[name] === one[name]),
    );
  const networks = found
    .sort((a, b) => order(a) - order(b))
    .map(({ facts, filters, errors, seconds, ...task }) => {
      const { paper, bothSigns } = studies.filterSet(
        studies.filterPatterns(
          core.tensor([filters.length / 8, 2, 2, 2], Float64Array.from(filters)),
        ),
      );
      return {
        ...task,
        seconds: seconds < 1 ? null : Math.round(seconds),
        paper,
        bothSigns,
        errors: mapped(errors),
        filters: filters.map(short),
        facts: facts.map((fact) => ({
          class: fact.class,
          share: mapped(fact.share),
          cosineM: short(fact.cosineM),
        })),
      };
    });
  const versions = { phaselens: installedVersion("phaselens"), node: process.version };
  const lines = networks.map((one) => `    ${JSON.stringify(one)}`).join(",\n");
  writeAtomically(
    file,
    `{\n  "command": "npm run study:filters",\n  "versions": ${JSON.stringify(versions)},\n  "networks": [\n${lines}\n  ]\n}\n`,
  );
  console.table(studies.filterScanPoints(networks));
}

/** @param {Record<string, number>} numbers */
const mapped = (numbers) =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, short(value)]));

runCommand({ usage, options }, async ({ out, part: text, scale: only, summary }) => {
  const folder = resolve(out ?? inProject("results/studies/bluecher2020-filters"));
  if (summary) return writeSummary(folder, resolve(summary));
  const { part, parts } = partOf(text);
  mkdirSync(folder, { recursive: true });
  /** @type {Record<string, Awaited<ReturnType<typeof dataOf>>>} */
  const data = {};
  for (const task of tasks.filter(
    ({ scale }, k) => k % parts === part - 1 && (only === undefined || only === scale),
  )) {
    const file = join(folder, `${task.scale}-${task.steps}-${task.lasso}-${task.seed}.json`);
    if (existsSync(file)) continue;
    data[task.scale] ??= await dataOf(task.scale);
    const found = await examined(task, data[task.scale]);
    writeAtomically(file, `${JSON.stringify(found)}\n`);
    console.log(
      `${file}: ${found.seconds?.toFixed(0) ?? "0, from the cache,"} s, error in PM ${found.errors.PM.toFixed(4)}, ${found.facts.map((fact) => fact.class).join(" ")}`,
    );
  }
});

// npm run study:filters: the filters of Blücher et al. 2020, Figs. 7 and 8, over LASSO strengths,
// lengths of training and configurations.
import { join } from "node:path";
import { core, generate, lrp, nn, papers } from "phaselens";
import { kept, runStudy } from "./study.mjs";
import { couplingRows } from "phaselens/internal/papers/bluecher2020/couplingCurves";
import { trainedNetworkKey } from "phaselens/internal/papers/bluecher2020/trainedNetworks";
import { bothSigns } from "phaselens/internal/papers/bluecher2020/explainedFilters";
import { filterClasses } from "phaselens/internal/papers/bluecher2020/filterClasses";
import { filterPatterns } from "phaselens/internal/papers/bluecher2020/filterPatterns";

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

/** @typedef {{ scale: string, steps: number, lasso: number, seed: number, name: string }} Task */
const tasks = grid.flatMap(({ seeds: list, ...point }) =>
  list.map((seed) => ({
    ...point,
    seed,
    name: `${point.scale}, ${point.steps} steps, LASSO ${point.lasso}`,
  })),
);

/**
 * Fields of a scale with their labels; ten test configurations of each coupling are enough for
 * relevances. @param {string} scale
 */
async function dataOf(scale) {
  const folder = await generate.cachedEnsembles(generate.projectManifest(`bluecher2020-${scale}`));
  const bins = nn.labelBins(folder.couplings);
  const training = papers.bluecher2020.labelledFields(folder, "training");
  const all = papers.bluecher2020.labelledFields(folder, "test");
  const rows = couplingRows(all.kappa).flatMap(({ from, to }) =>
    Array.from({ length: Math.min(10, to - from) }, (_, k) => from + k),
  );
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
  const network = papers.bluecher2020.cnn();
  const recipe = papers.bluecher2020.cnnTraining({ lasso, steps });
  const key = trainedNetworkKey({
    network,
    recipe,
    folder,
    data: "fields",
    seed,
  });
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
async function examined({ name: _, ...task }, data) {
  const { network, theta, seconds } = await trained(task, data);
  const { x, kappa } = data.test;
  const predicted = nn.predictedValues(nn.predict(network, theta, x), data.bins);
  const relevance = bothSigns(
    x,
    (signed) => lrp.filterRelevance(network, theta, signed, papers.bluecher2020.tableIII).filters,
  );
  const filters = papers.bluecher2020.firstFilters(network, theta);
  const facts = filterClasses(filters, relevance, kappa);
  return {
    ...task,
    seconds,
    errors: papers.bluecher2020.phaseErrors(kappa, predicted),
    filters: Array.from(filters.data),
    facts,
  };
}

/** What is shipped of a network, its verdict by pattern among it. */
function summary({ facts, filters, errors, seconds, ...task }) {
  const weights = core.tensor([filters.length / 8, 2, 2, 2], Float64Array.from(filters));
  const { paper, bothSigns } = papers.bluecher2020.filterSet(filterPatterns(weights));
  return {
    ...task,
    seconds: seconds < 1 ? null : Math.round(seconds),
    paper,
    bothSigns,
    errors,
    filters,
    facts: facts.map(({ class: name, share, cosineM }) => ({ class: name, share, cosineM })),
  };
}

/** @type {Record<string, ReturnType<typeof dataOf>>} */
const data = {};

runStudy({
  name: "bluecher2020-filters",
  command: "npm run study:filters",
  description:
    "Filters of the convolutional network of Blücher et al. 2020 over LASSO, steps, configurations and seeds: papers.bluecher2020.filterScanPoints",
  usage: `the convolutional network of Blücher et al. 2020 at each point of a scan, from many seeds: about
                  10 s a network at quick (20 configurations a coupling) and 95 s at paper (200), on one core`,
  tasks,
  async measure(task, folder) {
    const { scale, steps, lasso, seed } = task;
    const path = join(folder, `${scale}-${steps}-${lasso}-${seed}.json`);
    const { seconds, errors, facts } = await kept(path, async () =>
      examined(task, await (data[scale] ??= dataOf(scale))),
    );
    const time = seconds?.toFixed(0) ?? "0, from the cache,";
    return `${path}: ${time} s, error in PM ${errors.PM.toFixed(4)}, ${facts.map((fact) => fact.class).join(" ")}`;
  },
  summary,
  identity: ["scale", "steps", "lasso", "seed"],
  digits: 3,
});

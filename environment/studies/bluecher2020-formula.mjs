// npm run study:formula: from the filters of a network to a formula in lattice operators, and κ
// from that formula beside the network's and the Cramér–Rao bound.
import { join } from "node:path";
import { core, nn, papers, physics } from "phaselens";
import { couplingRows } from "phaselens/internal/papers/bluecher2020/couplingCurves";
import {
  allProducts,
  bilinearNetwork,
  fromBilinear,
  signFlips,
  toBilinear,
} from "./formula/bilinear.mjs";
import { ensembles } from "./formula/data.mjs";
import { boundsSquared, calibrated, judged, means, phases } from "./formula/estimates.mjs";
import { polynomial } from "./formula/estimates.mjs";
import { closest, columnsOf, compared, formulaOf, operatorOf } from "./formula/formula.mjs";
import { printed, stream } from "./formula/formula.mjs";
import { features, pooledNetwork, predicted, source, UNIT } from "./formula/network.mjs";
import { orbits } from "./formula/operators.mjs";
import { kept, runStudy } from "./study.mjs";

const SHAPE = { filters: 5, hidden: 32 };
const [BATCH, RATE] = [32, 0.01];
/** Steps, and seeds: a bilinear bottleneck trains in a hundredth of the time. */
const recipes = { square: { steps: 12_000, seeds: 20 }, relu: { steps: 2000, seeds: 10 } };

const tasks = Object.entries(recipes).flatMap(([activation, { seeds }]) =>
  Array.from({ length: seeds }, (_, k) => ({ activation, seed: k + 1, name: activation })),
);

/** The network of a task, kept beside what is found of it. */
async function trained({ activation, seed }, folder, training) {
  const parts = pooledNetwork({ ...SHAPE, activation });
  const file = join(folder, "networks", `${activation}-${seed}.json`);
  const { theta, ...facts } = await kept(file, () => {
    const begun = process.cpuUsage();
    const fit = activation === "square" ? onProducts : onFields;
    const { theta: found, loss } = fit(parts, training, {
      loss: nn.meanSquaredError,
      batchSize: BATCH,
      steps: recipes[activation].steps,
      optimiser: nn.adam({ learningRate: RATE }),
      schedule: nn.cosineSchedule,
      stuck: false,
      rng: stream(seed, "training"),
    });
    return { theta: Array.from(found), loss, seconds: process.cpuUsage(begun).user / 1e6 };
  });
  return { ...parts, ...facts, theta: Float64Array.from(theta) };
}

const onFields = ({ network }, training, options) =>
  nn.train(network, source(training), {
    ...options,
    augment: nn.signFlips,
    precision: "float32",
  });

/** The same function of the field, from the products of a window's sites. */
function onProducts({ network, layers }, { fields, kappa, extent }, options) {
  const start = nn.kaimingNormal(network, options.rng.fork("weights"));
  const samples = {
    x: allProducts(fields, physics.lattice([extent, extent, extent])),
    target: core.tensor(
      [kappa.length, 1],
      kappa.map((k) => k / UNIT),
    ),
  };
  const { theta, loss } = nn.train(bilinearNetwork(SHAPE.filters, layers), samples, {
    ...options,
    augment: signFlips,
    theta: toBilinear(start, SHAPE.filters),
  });
  return { theta: fromBilinear(theta, SHAPE.filters), loss };
}

/** Bottleneck and output of a set. */
function answers({ trunk, head, theta }, set) {
  const pooled = features(trunk, theta, set);
  return { columns: columnsOf(pooled), output: predicted(head, theta, pooled) };
}

const runsOf = ({ kappa }, phase) => couplingRows(kappa).filter((run) => phase(run.kappa));

/** What each filter of the first layer measures, by its weights and by its answers. */
function filterFacts({ network, theta }, { columns }, evaluation) {
  const weights = papers.bluecher2020.firstFilters(network, theta);
  return columns.map((column, f) => {
    const filter = core.row(core.tensor([columns.length, 8], weights.data), f);
    const near = Object.entries(phases).map(([name, phase]) => {
      const comparison = compared(column, evaluation.operators, runsOf(evaluation, phase));
      return [name, closest(comparison)];
    });
    return {
      filter: Array.from(filter),
      orbits: orbits(filter),
      closest: Object.fromEntries(near),
    };
  });
}

/** The formula of each phase: chosen and fitted on training configurations, compared on others. */
function formulas(sets, given, seed) {
  const each = Object.entries(phases).map(([name, phase]) => {
    const [fit, judge] = [runsOf(sets.training, phase), runsOf(sets.evaluation, phase)];
    const rng = stream(seed, `bootstrap ${name}`);
    const found = formulaOf(given.training.output, sets.training.operators, fit, rng);
    const operator = operatorOf(found.terms, sets.evaluation.operators);
    const output = compared(given.evaluation.output, sets.evaluation.operators, judge);
    const comparison = compared(operator, sets.evaluation.operators, judge);
    return [name, { ...found, operator: comparison, output }];
  });
  return Object.fromEntries(each);
}

/** κ from an operator: a polynomial through the means of training couplings. */
function fromOperator(terms, { training, evaluation }) {
  const fit = runsOf(training, phases.PM);
  const unit = terms.map((term) => ({
    ...term,
    coefficient: term.coefficient / terms[0].coefficient,
  }));
  const series = calibrated(
    means(operatorOf(unit, training.operators), fit),
    fit.map(({ kappa }) => kappa),
  );
  const estimate = operatorOf(unit, evaluation.operators).map(polynomial(series));
  return { estimate, series, text: printed(unit, series) };
}

/** All that is found of one network. */
async function examined(task, folder) {
  const sets = await (shared ??= ensembles());
  const network = await trained(task, folder, sets.training);
  const given = {
    training: answers(network, sets.training),
    evaluation: answers(network, sets.evaluation),
  };
  const { kappa, operators, extent } = sets.evaluation;
  const runs = runsOf(sets.evaluation, phases.PM);
  const bounds = boundsSquared(operators["φφ′"], runs, 3 * extent * extent * extent);
  const found = formulas(sets, given, task.seed);
  const whole = fromOperator(found.PM.terms, sets);
  const first = fromOperator(found.PM.terms.slice(0, 1), sets);
  const judge = (estimate) => judged(estimate, kappa, runs, bounds);
  return {
    activation: task.activation,
    seed: task.seed,
    steps: recipes[task.activation].steps,
    seconds: network.seconds,
    loss: network.loss,
    bound: Math.sqrt(core.mean(bounds)),
    errors: papers.bluecher2020.phaseErrors(kappa, given.evaluation.output),
    formula: whole.text,
    series: whole.series,
    kappa: {
      network: judge(given.evaluation.output),
      formula: judge(whole.estimate),
      firstTerm: judge(first.estimate),
    },
    formulas: found,
    filters: filterFacts(network, given.evaluation, sets.evaluation),
  };
}

/** @type {ReturnType<typeof ensembles> | undefined} */
let shared;

runStudy({
  name: "bluecher2020-formula",
  command: "npm run study:formula",
  description:
    "Formulas in lattice operators read off convolutional networks with a bottleneck, and κ from them, for the lattice fields of Blücher et al. 2020",
  usage: `a network with a bottleneck, its filters as lattice operators, its formula and κ from that:
                  3 s a network (ReLU: 20 s) on one core, and a minute and a half for the configurations`,
  tasks,
  async measure(task, folder) {
    const path = join(folder, `${task.activation}-${task.seed}.json`);
    const {
      seconds,
      kappa,
      formula,
      formulas: found,
    } = await kept(path, async () => examined(task, folder));
    const { network, formula: read } = kappa;
    return `${path}: ${seconds.toFixed(0)} s, ${network.ratio.toFixed(2)} and ${read.ratio.toFixed(2)} of the bound, corr ${found.PM.operator["φφ′"].fixed.toFixed(3)}; ${formula}`;
  },
  identity: ["activation", "seed"],
  digits: 4,
});

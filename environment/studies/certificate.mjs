// npm run study:certificate: whether one gradient for each removed point predicts how influence
// ranks training points, which takes tens of gradients, or a training, to measure.
import { join } from "node:path";
import { core, hessian, linalg } from "phaselens";
import { inProject } from "../base/project.mjs";
import { agreement, certify } from "./certificate/certify.mjs";
import {
  auditStream,
  auditedNetwork,
  auditedNetworks,
  publishedNetwork,
  publishedNetworks,
} from "./certificate/fermiHubbard.mjs";
import { compared, datamodelling, drawnRows, retrained, seconds } from "./certificate/measure.mjs";
import { smallModel, smallModels } from "./certificate/models.mjs";
import { kept, runStudy } from "./study.mjs";

const SEEDS = 3;
/** λ beyond |E₀|. 0, plain leave-one-out, where a minimum is reached: without kinks. */
const marginsOf = (kind, state) =>
  state === "converged" && kind.endsWith("tanh") ? [0, 0.02, 0.2] : [0.02, 0.2];

const small = smallModels(SEEDS).flatMap(({ kind, state, seed }) =>
  marginsOf(kind, state).map((margin) => ({ name: kind, kind, state, seed, margin })),
);

/** λ = |E₀| + margin; without a negative eigenvalue the margin alone. */
function problemOf({ network, theta, training, options }, margin) {
  const matrix = hessian.exactHessian(network, theta, training, options);
  const lowest = Math.min(...linalg.symmetricEigenvalues(matrix));
  const damping = margin + Math.max(0, -lowest);
  return { network, theta, training, options, hessian: matrix, damping, lowest };
}

/** A small model: the points, subsets of half the training set, and training anew. */
async function smallMeasured({ kind, state, seed, margin }) {
  const model = smallModel({ kind, state, seed });
  const { lowest, ...problem } = problemOf(model, margin);
  const rng = core.makeRng(seed, "certificate");
  const rows = drawnRows(problem, 20, rng);
  const { tables, ...found } = await compared(problem, model.test, singles(rows), {});
  return {
    lowest,
    damping: problem.damping,
    ...found,
    datamodelling: await datamodelling(problem, model.test, rng),
    // training does not know of the damping
    ...(margin === 0.02 && { retrained: await retrained(model, rows, tables.influence) }),
  };
}

/** An audited network: the certificate of the points that its audit removed. */
async function auditedMeasured({ item, margin, audit }, folder) {
  const { test, ...model } = await auditedNetwork(item, folder);
  const { lowest, ...problem } = problemOf(model, margin);
  const rows = drawnRows(problem, 10, auditStream());
  const { found, seconds: spent } = await seconds(() => certify(problem, test, singles(rows)));
  return {
    lowest,
    damping: problem.damping,
    certified: agreement(found.influence, found.corrected),
    movedOnly: agreement(found.influence, found.moved),
    measured: audit,
    left: core.median(found.facts.map(({ left }) => left)),
    seconds: { certificate: spent },
  };
}

/** The published network: ten points, searched as in the audits. */
async function publishedMeasured({ margin }) {
  const { test, ...model } = publishedNetwork();
  const { lowest, ...problem } = problemOf(model, margin);
  const rows = drawnRows(problem, 10, auditStream());
  const { tables: _, ...found } = await compared(problem, test, singles(rows), { stall: 0.1 });
  return { lowest, damping: problem.damping, ...found };
}

const measuredOf = (task, networks) => {
  if (task.published) return publishedMeasured(task);
  return task.item ? auditedMeasured(task, networks) : smallMeasured(task);
};

const singles = (rows) => rows.map((r) => [r]);
const shown = (value) => (typeof value === "number" ? value.toFixed(3) : "—");

runStudy({
  name: "certificate",
  command: "npm run study:certificate",
  description:
    "Rank correlation of influence with removal: predicted by one gradient a point (certified), measured by search (measured), and by training anew",
  usage: `whether one gradient a point predicts how influence ranks, 1 to 30 s a model on one core

  --networks DIR  folder of npm run study:recipes, whose audited networks are among the models
                  (default: results/studies/dawid2021-recipes); what is not there is trained`,
  options: { networks: { type: "string" } },
  tasks: [...small, ...publishedNetworks(), ...auditedNetworks()],
  async measure(task, folder, { networks = inProject("results/studies/dawid2021-recipes") }) {
    const { kind, state, seed, margin } = task;
    const file = `${[kind, state, seed, margin].join("-").replace(/[^\w.]+/g, "-")}.json`;
    const work = () => measuredOf(task, networks);
    const found = await kept(join(folder, file), async () => ({
      ...{ kind, state, seed, margin },
      ...(await work()),
    }));
    const { certified, measured, datamodelling: half } = found;
    const subsets = half ? `, subsets ${shown(half.certified)} ${shown(half.measured)}` : "";
    return `${file} certified ${shown(certified)}, measured ${shown(measured)}${subsets}`;
  },
  identity: ["kind", "state", "seed", "margin"],
  digits: 4,
});

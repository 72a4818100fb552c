// npm run study:certificate: whether one gradient for each removed point predicts how well influence
// ranks training points, which takes tens of gradients, or a training, to measure.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { core, hessian, linalg } from "phaselens";
import { compared, datamodelling, drawnRows, retrained } from "./certificate/measure.mjs";
import { smallModel, smallModels } from "./certificate/models.mjs";
import { kept, runStudy } from "./study.mjs";

const SEEDS = 3;
/** λ beyond |E₀|. 0, plain leave-one-out, where a minimum is reached: without kinks. */
const marginsOf = (kind, state) =>
  state === "converged" && kind.endsWith("tanh") ? [0, 0.02, 0.2] : [0.02, 0.2];

const small = smallModels(SEEDS).flatMap(({ kind, state, seed }) =>
  marginsOf(kind, state).map((margin) => ({ name: `${kind}, ${state}`, kind, state, seed, margin })),
);

/** λ = |E₀| + margin; converged smooth models have no negative eigenvalue. */
function problemOf({ network, theta, training, options }, margin) {
  const matrix = hessian.exactHessian(network, theta, training, options);
  const lowest = Math.min(...linalg.symmetricEigenvalues(matrix));
  const damping = margin + Math.max(0, -lowest);
  return { network, theta, training, options, hessian: matrix, damping };
}

async function measured({ kind, state, seed, margin }) {
  const model = smallModel({ kind, state, seed });
  const problem = problemOf(model, margin);
  const rng = core.makeRng(seed, "certificate");
  const rows = drawnRows(problem, 20, rng);
  const { tables, ...found } = await compared(problem, model.test, rows.map((r) => [r]), {});
  const anew = margin === 0.02;
  return {
    kind, state, seed, margin,
    damping: problem.damping,
    ...found,
    datamodelling: await datamodelling(problem, model.test, rng),
    ...(anew && { retrained: await retrained(model, rows, tables.influence) }),
  };
}

runStudy({
  name: "certificate",
  command: "npm run study:certificate",
  description: "x",
  usage: "y",
  tasks: small,
  measure: async (task, folder) => {
    const { kind, state, seed, margin } = task;
    const file = `${[kind, state, seed, margin].join("-").replace(/[^\w.]+/g, "-")}.json`;
    const found = await kept(join(folder, file), () => measured(task));
    const { certified, measured: truth, datamodelling: d } = found;
    return `${file} ${certified?.toFixed(3)} ${truth?.toFixed(3)} lds ${d?.certified?.toFixed(3)} ${d?.measured?.toFixed(3)}`;
  },
  identity: ["kind", "state", "seed", "margin"],
  digits: 4,
});

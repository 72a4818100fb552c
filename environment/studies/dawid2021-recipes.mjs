// npm run study:recipes: how the verdicts on Figs. 3, 5, 6 and App. B of Dawid et al. 2021 depend
// on the recipe by which a network was trained. Parameters and verdicts have files of their own, so
// that a further measure needs no training.
import { join } from "node:path";
import { core, hessian, papers } from "phaselens";
import { studied } from "./dawid2021/studied.mjs";
import { chosenState, set } from "./dawid2021/trained.mjs";
import { kept, runStudy, write } from "./study.mjs";

/** What a network does not allow is a result as well. */
async function orReason(work) {
  try {
    return await work();
  } catch (error) {
    if (error.name !== "NumericalError" && error.name !== "NotConvergedError") throw error;
    return { failed: error.message };
  }
}

async function verdictsOf(item, folder) {
  const { recipeName, sites, seed, recipe, hessianEvery } = item;
  const measured = async () => {
    const { theta, ...about } = await chosenState(item, folder);
    const options = { sites, seed, hessianEvery };
    return {
      ...about,
      ...(await papers.dawid2021.verdicts(recipe.network(), theta, recipe, options)),
    };
  };
  return { recipe: recipeName, sites, seed, ...(await orReason(measured)) };
}

/**
 * Median rank correlation of influence with the proximal response to removing some training points.
 */
async function auditOf(item, folder, { lowest }) {
  const { theta } = await chosenState(item, folder);
  const { risk, network } = item.recipe;
  const training = set(item.sites, "training");
  const report = await hessian.audit(network(), theta, training, {
    options: risk,
    test: set(item.sites, "even"),
    hessian: hessian.exactHessian(network(), theta, training, risk),
    damping: 0.2 + Math.max(0, -lowest),
    retrain: { points: 10, rng: core.makeRng(1, "audit"), stall: 0.1 },
  });
  return { audit: report.response.agreement.median };
}

function inWords({ crossEntropy, accuracy, extrapolation, uncertainty, audit, failed }) {
  if (failed) return failed;
  const states = extrapolation.map(({ score, marginScore }) => `${score}/${marginScore}`).join(" ");
  const { from, to } = uncertainty.region;
  return [
    `cross-entropy ${crossEntropy.toFixed(3)}, accuracy ${accuracy.toFixed(2)}, LEES ${states}`,
    `RUE ${from.toFixed(2)}–${to.toFixed(2)}`,
    ...(audit === undefined ? [] : [`audit ${audit.toFixed(3)}`]),
  ].join(", ");
}

runStudy({
  name: "dawid2021-recipes",
  command: "npm run study:recipes",
  description:
    "Verdicts on Figs. 3, 5, 6 and App. B of Dawid et al. 2021 over recipes and seeds: papers.dawid2021.verdicts",
  usage: `Figs. 3, 5, 6 and App. B of Dawid et al. 2021 for networks of many recipes, 1 to 60 s each
                  on one core

  --audit         also by removing training points, up to a minute more`,
  options: { audit: { type: "boolean" } },
  files: "verdicts",
  tasks: studied(),
  async measure(item, folder, { audit }) {
    const path = join(folder, "verdicts", item.file);
    const found = await kept(path, () => verdictsOf(item, folder));
    if (!audit || found.failed || found.audit !== undefined)
      return `${item.file} ${inWords(found)}`;
    const more = await orReason(() => auditOf(item, folder, found.spectrum));
    if (!more.failed) write(path, { ...found, ...more });
    return `${item.file} ${inWords({ ...found, ...more })}`;
  },
  identity: ["recipe", "sites", "seed"],
  digits: 4,
});

// How the verdicts on Figs. 3, 5, 6 and App. B of Dawid et al. 2021 depend on the recipe by which a
// network was trained: many networks, each with its parameters and its verdicts in files of their
// own, so that a run that was ended goes on and a further measure needs no training.
//
//   node environment/studies/dawid2021-recipes.mjs [--part 1/4] [--only "ours"] [--seeds 1-6]
//   [--out FOLDER] node environment/studies/dawid2021-recipes.mjs --audit "ours" [--part 1/4] also
//   by removing points node environment/studies/dawid2021-recipes.mjs --summary writes
//   data/studies/dawid2021-recipes.json
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { core, hessian, nn, papers, physics } from "phaselens";
import { studied } from "./dawid2021/studied.mjs";
import { summarise } from "./dawid2021/summarise.mjs";
import { option, part, writeWhole } from "./files.mjs";

const out = option("--out", "generated/studies/dawid2021-recipes");
const [networks, found] = ["networks", "verdicts"].map((folder) => join(out, folder));
[networks, found].forEach((folder) => mkdirSync(folder, { recursive: true }));
const data = {};
const set = (sites, name) =>
  (data[`${sites} ${name}`] ??= physics.dawid2021Data({ sites, set: name }));
const read = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Trains one network, unless its file is there. */
function trained({ trainedFile, recipe, sites, seed }) {
  const path = join(networks, trainedFile);
  if (existsSync(path)) return read(path);
  const network = recipe.trainedNetwork();
  const started = process.cpuUsage();
  const validation = recipe.options.keep ? set(sites, "validation") : undefined;
  const rng = core.makeRng(seed, network.name);
  const options = { ...recipe.options, validation, rng };
  const { theta, kept, history, checkpoint } = nn.train(network, set(sites, "training"), options);
  const seconds = Math.round(process.cpuUsage(started).user / 1e5) / 10;
  const epochs = kept?.epoch ?? history.length;
  const result = { sites, seed, seconds, epochs, theta: [...theta] };
  if (kept) result.last = [...checkpoint.theta];
  writeWhole(path, JSON.stringify(result));
  return result;
}

/** Measures one network, unless its file is there. */
async function measured(item) {
  const path = join(found, item.file);
  if (existsSync(path)) return read(path);
  const { theta, last, seconds, epochs } = trained(item);
  const { name, sites, seed, recipe, state, hessianEvery } = item;
  const [chosen, made] = state === "last" ? [last, recipe.options.epochs] : [theta, epochs];
  const options = { sites, seed, hessianEvery };
  const verdicts = await papers.dawid2021.verdicts(
    recipe.network(),
    Float64Array.from(chosen),
    recipe,
    options,
  );
  const result = { recipe: name, sites, seed, seconds, epochs: made, ...verdicts };
  writeWhole(path, JSON.stringify(result));
  return result;
}

/**
 * Median rank correlation of influence with the proximal response to removing some training points.
 */
async function audited(item) {
  const before = await measured(item);
  if (before.audit !== undefined) return before;
  const { theta, last } = trained(item);
  const { risk, network } = item.recipe;
  const chosen = Float64Array.from(item.state === "last" ? last : theta);
  const training = set(item.sites, "training");
  const H = hessian.exactHessian(network(), chosen, training, risk);
  const report = await hessian.audit(network(), chosen, training, {
    options: risk,
    test: set(item.sites, "even"),
    hessian: H,
    damping: 0.2 + Math.max(0, -before.spectrum.lowest),
    retrain: { points: 10, rng: core.makeRng(1, "audit"), stall: 0.1 },
  });
  const result = { ...before, audit: report.response.agreement.median };
  writeWhole(join(found, item.file), JSON.stringify(result));
  return result;
}

function inWords({ crossEntropy, accuracy, extrapolation, uncertainty, audit }) {
  const states = extrapolation.map(({ score, marginScore }) => `${score}/${marginScore}`).join(" ");
  const { from, to } = uncertainty.region;
  return [
    `cross-entropy ${crossEntropy.toFixed(3)}, accuracy ${accuracy.toFixed(2)}, LEES ${states}`,
    `RUE ${from.toFixed(2)}–${to.toFixed(2)}`,
    ...(audit === undefined ? [] : [`audit ${audit.toFixed(3)}`]),
  ].join(", ");
}

if (process.argv.includes("--summary")) {
  summarise(
    readdirSync(found).map((file) => read(join(found, file))),
    "data/studies/dawid2021-recipes.json",
  );
} else {
  const audit = option("--audit");
  const [first, last] = option("--seeds", "1-24").split("-").map(Number);
  const named = ({ name, sites }) =>
    `${name}, ${sites} sites`.startsWith(option("--only", audit ?? ""));
  const chosen = studied().filter((item) => named(item) && item.seed >= first && item.seed <= last);
  for (const item of part(chosen)) {
    try {
      console.log(`${item.file} ${inWords(await (audit ? audited : measured)(item))}`);
    } catch (error) {
      if (error.name !== "NumericalError" && error.name !== "NotConvergedError") throw error;
      console.log(`${item.file} ${error.message}`);
      const { name, sites, seed } = item;
      writeWhole(
        join(found, item.file),
        JSON.stringify({ recipe: name, sites, seed, failed: error.message }),
      );
    }
  }
}

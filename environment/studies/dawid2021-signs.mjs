// Fig. 4 of Dawid et al. 2021 over recipes: networks trained on states of both signs, each with its
// verdicts in a file of its own, so that a run that was ended goes on.
//
//   node environment/studies/dawid2021-signs.mjs [--part 1/4] [--seeds 1-6] [--out FOLDER]
//   node environment/studies/dawid2021-signs.mjs --summary writes data/studies/dawid2021-signs.json
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { papers } from "phaselens";
import { option, part, writeWhole } from "./files.mjs";

const { authorsRecipe, decreasingRate, signVerdicts } = papers.dawid2021;
const recipes = { authors: authorsRecipe, decreasing: decreasingRate };

const out = option("--out", "generated/studies/dawid2021-signs");
mkdirSync(out, { recursive: true });

function measure(recipe, seed) {
  const path = join(out, `${recipe}-${seed}.json`);
  if (existsSync(path)) return;
  const started = process.cpuUsage();
  const verdicts = signVerdicts(recipes[recipe], { seed });
  const seconds = Math.round(process.cpuUsage(started).user / 1e6);
  writeWhole(path, JSON.stringify({ recipe, seed, seconds, ...verdicts }));
  console.log(path, JSON.stringify(verdicts));
}

const digits = (_, value) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

function summarise(path) {
  const found = readdirSync(out).map((file) => JSON.parse(readFileSync(join(out, file), "utf8")));
  const networks = found.sort((a, b) => a.recipe.localeCompare(b.recipe) || a.seed - b.seed);
  const description =
    "Fig. 4 of Dawid et al. 2021 over recipes and seeds; papers.dawid2021.signVerdicts";
  const lines = networks.map((one) => JSON.stringify(one, digits)).join(",\n    ");
  writeFileSync(
    path,
    `{\n  "description": ${JSON.stringify(description)},\n  "networks": [\n    ${lines}\n  ]\n}\n`,
  );
  console.log(`${path}: ${networks.length} networks`);
}

if (process.argv.includes("--summary")) summarise("data/studies/dawid2021-signs.json");
else {
  const [first, last] = option("--seeds", "1-24").split("-").map(Number);
  const seeds = Array.from({ length: last - first + 1 }, (_, k) => first + k);
  for (const [recipe, seed] of part(
    seeds.flatMap((seed) => Object.keys(recipes).map((recipe) => [recipe, seed])),
  ))
    measure(recipe, seed);
}

// npm run study:signs: Fig. 4 of Dawid et al. 2021 over recipes, networks trained on states of both
// signs.
import { join } from "node:path";
import { authorsRecipe, decreasingRate } from "phaselens/internal/papers/dawid2021/recipes";
import { signVerdicts } from "phaselens/internal/papers/dawid2021/signVerdicts";
import { kept, runStudy } from "./study.mjs";

const recipes = { authors: authorsRecipe, decreasing: decreasingRate };
const seeds = Array.from({ length: 24 }, (_, k) => k + 1);

/** Verdicts of the two networks of a recipe and seed. */
function found({ name: recipe, seed }) {
  const started = process.cpuUsage();
  const verdicts = signVerdicts(recipes[recipe], { seed });
  const seconds = Math.round(process.cpuUsage(started).user / 1e6);
  return { recipe, seed, seconds, ...verdicts };
}

runStudy({
  name: "dawid2021-signs",
  command: "npm run study:signs",
  description: "Fig. 4 of Dawid et al. 2021 over recipes and seeds: papers.dawid2021.signVerdicts",
  usage: `Fig. 4 of Dawid et al. 2021 for networks of several recipes, about 35 s each on one core`,
  tasks: seeds.flatMap((seed) => Object.keys(recipes).map((name) => ({ name, seed }))),
  async measure(task, folder) {
    const file = `${task.name}-${task.seed}.json`;
    const { imbalanced, balanced } = await kept(join(folder, file), () => found(task));
    return `${file}: ${JSON.stringify({ imbalanced, balanced })}`;
  },
  identity: ["recipe", "seed"],
  digits: 4,
});

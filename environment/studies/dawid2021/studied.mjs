import {
  authorsRecipe,
  decreasingRate,
  ours,
  oursPooled,
  pooledWithDropout,
  stoppedAt,
} from "phaselens/internal/papers/dawid2021/recipes";

/** Trained for so many epochs, whatever the loss. */
const epochsOf = (recipe, epochs) => ({
  ...recipe,
  description: `${recipe.description}, ${epochs} epochs`,
  options: { ...recipe.options, epochs, stopAt: undefined },
});

/** A rate that falls to 0 in as many epochs as without a stop, ended at a loss on the way. */
const decreasingTo = (stopAt) => ({
  ...decreasingRate,
  description: `${decreasingRate.description}, stop at ${stopAt}`,
  options: { ...decreasingRate.options, keep: undefined, stopAt, checkEvery: 1 },
});

/** Recipes of the study: what is trained, on which chains, with how many seeds. */
const recipes = {
  ours: { recipe: ours, seeds: 24 },
  authors: { recipe: authorsRecipe, seeds: 24 },
  "authors, last epoch": { recipe: authorsRecipe, seeds: 24, state: "last", trainedAs: "authors" },
  decreasing: { recipe: decreasingRate, seeds: 24 },
  "ours, 0.4": { recipe: stoppedAt(ours, 0.4), seeds: 12 },
  "ours, 0.25": { recipe: stoppedAt(ours, 0.25), seeds: 12 },
  "ours, 0.03": { recipe: stoppedAt(ours, 0.03), seeds: 12 },
  "ours, 0.01": { recipe: stoppedAt(ours, 0.01), seeds: 12 },
  ...Object.fromEntries(
    [0.4, 0.2, 0.1, 0.05].map((stop) => [
      `decreasing, ${stop}`,
      { recipe: decreasingTo(stop), seeds: 6 },
    ]),
  ),
  "pooled, 0.03": { recipe: oursPooled, seeds: 24, sizes: [12, 14] },
  "pooled, 0.3": { recipe: stoppedAt(oursPooled, 0.3), seeds: 6 },
  "pooled, 0.1": { recipe: stoppedAt(oursPooled, 0.1), seeds: 6, sizes: [12, 14] },
  "pooled, 0.01": { recipe: stoppedAt(oursPooled, 0.01), seeds: 6, sizes: [12, 14] },
  "pooled, dropout": { recipe: pooledWithDropout, seeds: 12 },
  "pooled, 20 epochs": { recipe: epochsOf(oursPooled, 20), seeds: 6, sizes: [12, 14] },
};

const slug = (name) => name.replace(/[^\w.]+/g, "-");

/**
 * Every network of the study. At 14 sites RUE alone is asked for, and its Hessian is made of every
 * eighth training point, which changes RUE by less than its Monte Carlo error.
 */
export function studied() {
  return Object.entries(recipes).flatMap(
    ([name, { recipe, seeds, sizes = [12], state, trainedAs = name }]) =>
      sizes.flatMap((sites) =>
        Array.from({ length: sites === 14 ? 6 : seeds }, (_, k) => ({
          name: `${name}, ${sites} sites`,
          recipeName: name,
          recipe,
          state,
          sites,
          seed: k + 1,
          hessianEvery: sites === 14 ? 8 : 1,
          file: `${slug(name)}-${sites}-${k + 1}.json`,
          trainedFile: `${slug(trainedAs)}-${sites}-${k + 1}.json`,
        })),
      ),
  );
}

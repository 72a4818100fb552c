import { takes } from "../../core/arguments/takes.js";
import { callable, integer, name, optional, record } from "../../core/arguments/kinds.js";
import { cached } from "../../core/cache/cache.js";
import { makeRng } from "../../core/random/rng.js";
import { describeNetwork } from "../../nn/network/description.js";
import { train } from "../../nn/training/train.js";
import type { TrainResult } from "../../nn/training/trainOptions.js";
import { someSamples } from "../../nn/arguments.js";
import { chainLength } from "./chainLength.js";
import { data, type Data } from "./data.js";
import type { NetworkRecipe } from "./recipes.js";

/** Options of `trained`. */
export interface TrainedOptions {
  /** Length of the chain; 12 by default. */
  readonly sites?: number;
  /** Of the initial weights, the order of samples, and dropout. */
  readonly seed: number;
  /** The training set of that length, if it is at hand (default: made or read from the cache). */
  readonly training?: Data;
}

/** A network of Dawid et al. 2021 trained by a recipe; kept in the cache, which notebooks share. */
export async function trained(
  recipe: NetworkRecipe,
  options: TrainedOptions,
): Promise<TrainResult> {
  takes("trained", {
    recipe: [
      recipe,
      record(
        { description: name, trainedNetwork: callable, options: record() },
        "a recipe of dawid2021.recipes",
      ),
    ],
    options: [
      options,
      record({
        sites: optional(chainLength),
        seed: integer,
        training: optional(someSamples),
      }),
    ],
  });
  const { sites = 12, seed, training } = options;
  const network = recipe.trainedNetwork();
  const params = { network: describeNetwork(network), sites, recipe: recipe.description };
  const key = { function: "dawid2021 model", version: 2, params, seed };
  return cached(key, () => {
    const samples = training ?? data({ sites, set: "training" });
    const { keep } = recipe.options;
    const validation = keep ? data({ sites, set: "validation" }) : undefined;
    const rng = makeRng(seed, network.name);
    return train(network, samples, { ...recipe.options, validation, rng });
  });
}

import { takes } from "../../core/arguments/takes.js";
import { callable, name, record } from "../../core/arguments/kinds.js";
import { oneOf } from "../../core/oneOf.js";
import { cached, type CacheKey } from "../../core/cache/cache.js";
import type { GeneratedFolder } from "../../generate/openGenerated.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { aNetwork } from "../../nn/arguments.js";
import { aGeneratedFolder, runFields, someSeeds } from "../shared/arguments.js";
import { describedNetwork } from "../../nn/network/description.js";
import type { Network } from "../../nn/network/network.js";
import { recipes, type RecipeName } from "./namedRecipes.js";
import type { Recipe } from "../../nn/training/recipe.js";
import { trainMany } from "../../nn/training/trainMany.js";
import type { Samples } from "../../nn/losses/risk.js";

const CURE = "Train it with nn.train, which keeps nothing.";

/** Options of `trainedNetworks`. */
export interface TrainedOptions extends LongRunOptions {
  /** One network each: initial weights, order of samples, signs. */
  readonly seeds: readonly number[];
  readonly recipe: RecipeName;
  /**
   * What `samples` are made of, e.g. "fields" or "observables, O_PM": with the folder's manifest it
   * stands for them in the cache.
   */
  readonly data: string;
  /** Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
}

/** A network trained from one seed, as the cache knows it. */
export interface TrainedNetworkOf {
  readonly network: Network;
  readonly recipe: Recipe;
  readonly folder: GeneratedFolder;
  readonly data: string;
  readonly seed: number;
}

/**
 * Where `trainedNetworks` keeps a network: a study that trains it by itself shares it with the
 * notebooks.
 */
export function trainedNetworkKey({
  network,
  recipe,
  folder,
  data,
  seed,
}: TrainedNetworkOf): CacheKey {
  const params = {
    network: describedNetwork(network, CURE),
    recipe: recipe.description,
    manifest: folder.manifest,
    data,
  };
  return { function: "trained network", version: 3, params, seed };
}

/**
 * θ of a network trained from several seeds, in worker threads; each is kept in the cache, so that
 * notebooks share them and a killed run goes on.
 * @param samples  made only if there is something left to train
 */
export async function trainedNetworks(
  network: Network,
  samples: () => Samples,
  folder: GeneratedFolder,
  options: TrainedOptions,
): Promise<Float64Array[]> {
  takes("trainedNetworks", {
    network: [network, aNetwork],
    samples: [samples, callable],
    folder: [folder, aGeneratedFolder],
    options: [options, record({ seeds: someSeeds, data: name, ...runFields })],
  });
  const { seeds, recipe, data, jobs, signal, onDone } = options;
  oneOf(recipe, Object.keys(recipes) as RecipeName[], "trainedNetworks: recipe");
  const params = {
    network: describedNetwork(network, CURE),
    recipe: recipes[recipe].description,
    manifest: folder.manifest,
    data,
  };
  return cached(
    { function: "trained networks", version: 3, params: { ...params, seeds } },
    async () => {
      const runs = seeds.map((seed) => ({
        seed,
        key: trainedNetworkKey({ network, recipe: recipes[recipe], folder, data, seed }),
      }));
      const task = { module: new URL("./recipes.js", import.meta.url), name: recipe };
      const trained = await trainMany(network, samples(), task, runs, { jobs, signal, onDone });
      return trained.map(({ theta }) => theta);
    },
  );
}

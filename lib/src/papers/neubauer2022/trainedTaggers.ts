import { takes } from "../../core/arguments/takes.js";
import { count, optional, record } from "../../core/arguments/kinds.js";
import { runFields, someSeeds } from "../shared/arguments.js";
import { oneOf } from "../../core/oneOf.js";
import { fingerprint } from "../../core/cache/fingerprint.js";
import { cached } from "../../core/cache/cache.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { describeNetwork } from "../../nn/network/description.js";
import { aNetwork } from "../../nn/arguments.js";
import type { Network } from "../../nn/network/network.js";
import { trainMany } from "../../nn/training/trainMany.js";
import {
  interactionNetwork,
  type InteractionNetworkOptions,
} from "../../taggers/interactionNetwork.js";
import type { JetLayout } from "../../taggers/jetInputs.js";
import { objectSamples } from "../../taggers/objectSamples.js";
import * as recipes from "./recipes.js";
import { taggedOnes, type TaggedJets } from "./taggedJets.js";

/** Name of a recipe of this paper. */
export type TaggerRecipeName = keyof typeof recipes;

/** Options of `trainedTaggers`. */
export interface TrainedTaggersOptions
  extends Pick<InteractionNetworkOptions, "hidden" | "edge" | "object">, LongRunOptions {
  /**
   * A network of sets such as `nn.particleNet`, whose samples `taggers.objectSamples` makes, in
   * place of an interaction network of these widths (default none).
   */
  readonly network?: Network;
  /** One network each: initial weights, order of jets. */
  readonly seeds: readonly number[];
  readonly recipe: TaggerRecipeName;
  /** Instead of the recipe's (default). */
  readonly epochs?: number;
  /** Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
}

/** Networks of one shape, trained from several seeds. */
export interface TrainedTaggers {
  readonly network: Network;
  readonly thetas: readonly Float64Array[];
}

/**
 * Interaction networks for the features of these jets, or networks of sets, trained from several
 * seeds in worker threads. Each is kept in the cache by the provenance of its jets, their features,
 * the network and the recipe, so that notebooks share them and a killed run goes on.
 */
export async function trainedTaggers(
  jets: TaggedJets,
  options: TrainedTaggersOptions,
): Promise<TrainedTaggers> {
  takes("trainedTaggers", {
    jets: [jets, taggedOnes],
    options: [
      options,
      record({
        network: optional(aNetwork),
        seeds: someSeeds,
        epochs: optional(count(1)),
        ...runFields,
      }),
    ],
  });
  const { sample, inputs, target, weights, blank } = jets;
  const { seeds, recipe, epochs, jobs, signal, onDone } = options;
  oneOf(recipe, Object.keys(recipes) as TaggerRecipeName[], "trainedTaggers: recipe");
  const { network = interactionNetworkOf(inputs.layout, options) } = options;
  const { features } = inputs.layout;
  const params = {
    data: sample.provenance,
    ...(weights && { weights: fingerprint(Float64Array.from(weights)) }),
    features,
    blank,
    network: describeNetwork(network),
    recipe: recipes[recipe].description,
    epochs: epochs ?? null,
  };
  const thetas = await cached(
    { function: "trained taggers", version: 3, params: { ...params, seeds } },
    async () => {
      const runs = seeds.map((seed) => ({
        seed,
        key: { function: "trained tagger", version: 3, params, seed },
        ...(epochs === undefined ? {} : { epochs }),
      }));
      const task = { module: new URL("./recipes.js", import.meta.url), name: recipe };
      const x = options.network ? objectSamples(network, inputs) : inputs.x;
      const trained = await trainMany(network, { x, target, weights }, task, runs, {
        jobs,
        signal,
        onDone,
      });
      return trained.map(({ theta }) => theta);
    },
  );
  return { network, thetas };
}

/** For all objects and features that these jets have. */
const interactionNetworkOf = (
  { tracks, vertices }: JetLayout,
  { hidden, edge, object }: TrainedTaggersOptions,
): Network =>
  interactionNetwork({
    hidden,
    edge,
    object,
    tracks: tracks.objects,
    trackFeatures: tracks.features,
    vertices: vertices.objects,
    vertexFeatures: vertices.features,
  });

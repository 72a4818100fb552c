import { aNetwork, someSamples } from "../arguments.js";
import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import {
  address,
  count,
  integer,
  listOf,
  name,
  numbers,
  optional,
  record,
  vector,
} from "../../core/arguments/kinds.js";
import { cached, type CacheKey } from "../../core/cache/cache.js";
import type { CheckpointOptions } from "../../core/cache/checkpoints.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { computesHere, parallelMap, type ParallelTask } from "../../core/tasks/parallel.js";
import { onceFor } from "../../core/tasks/onceFor.js";
import { importModule, taskAddress } from "../../core/tasks/parallelTask.js";
import { makeRng } from "../../core/random/rng.js";
import { describeNetwork, networkFrom, type NetworkDescription } from "../network/description.js";
import type { Network } from "../network/network.js";
import type { Recipe } from "./recipe.js";
import type { Samples } from "../losses/risk.js";
import { bareSamples, takeSamples } from "../losses/weighed.js";
import { train } from "./train.js";
import type { TrainOptions, TrainResult } from "./trainOptions.js";

/** One of many trainings, as plain data: what differs from the recipe. */
export interface TrainingRun {
  /** Stream of the initial weights and the order of samples: makeRng(seed, path). */
  readonly seed: number;
  /** Default: the network's name. */
  readonly path?: string;
  /**
   * How often each sample counts, [n] whole numbers; by default once. A bootstrap sample, or one
   * left out. Each keeps its weight.
   */
  readonly counts?: ArrayLike<number>;
  /** θ to start from instead of drawn weights. */
  readonly theta?: Float64Array;
  readonly epochs?: number;
  /** undefined: as in the recipe; null: train for all epochs. */
  readonly stopAt?: number | null;
  readonly checkEvery?: number;
  /**
   * Where the result is kept (`cached`); by default nowhere. Each run is kept on its own, so a
   * killed study resumes.
   */
  readonly key?: CacheKey;
}

export interface ManyOptions extends LongRunOptions {
  /** Worker threads (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
  /**
   * Folder of the states of runs under way, `NUMBER.checkpoint` each, and epochs from one to the
   * next: a killed study goes on (default: none is kept).
   */
  readonly checkpoint?: CheckpointOptions;
}

/** What all runs need. */
export interface SharedTraining {
  /** Undefined for the network of the calling thread. */
  readonly network: NetworkDescription | undefined;
  readonly recipe: { readonly module: string; readonly name: string };
  readonly samples: Samples;
}

/** A run of them. */
export interface TrainingRequest {
  readonly run: TrainingRun;
  /** Undefined unless its state is to be kept. */
  readonly checkpoint?: CheckpointOptions;
}

/**
 * Trains one network many times, in worker threads; results in the order of `runs`, the same for
 * any number of workers.
 *
 * @param recipe  where worker threads find it: an export of a module, e.g.
 *   { module: "phaselens/papers/dawid2021", name: "recipes.ours" }
 * @throws ConfigError if a layer is not this library's and a worker thread or the cache would need
 *   it, the recipe cannot be found, or counts are no counts; else as `train`
 */
export async function trainMany(
  network: Network,
  samples: Samples,
  recipe: ParallelTask,
  runs: readonly TrainingRun[],
  given: ManyOptions = {},
): Promise<TrainResult[]> {
  takes("trainMany", {
    network: [network, aNetwork],
    samples: [samples, someSamples],
    recipe: [recipe, aRecipe],
    runs: [runs, listOf(oneRun)],
    options: [given, record({ checkpoint: optional(record()) })],
  });
  const { checkpoint, ...options } = given;
  const shared = await sharedTraining(network, samples, recipe, runs, options.jobs);
  const requests = runs.map((run, k): TrainingRequest =>
    checkpoint === undefined
      ? { run }
      : { run, checkpoint: { ...checkpoint, path: `${checkpoint.path}/${k}.checkpoint` } },
  );
  const compute = (request: TrainingRequest, all: SharedTraining): Promise<TrainResult> =>
    trainRequest(request, all, network);
  return parallelMap<TrainingRequest, TrainResult>(
    { module: import.meta.url, name: "trainRequest", compute },
    requests,
    { label: "trainMany", ...options, shared },
  );
}

/** Where worker threads find a recipe. */
export const aRecipe: ArgumentKind = record(
  { module: address, name },
  "{ module, name } of a recipe",
);

export const oneRun: ArgumentKind = record(
  {
    seed: integer,
    path: optional(name),
    counts: optional(numbers()),
    theta: optional(vector()),
    epochs: optional(count(1)),
    checkEvery: optional(count(1)),
    key: optional(record()),
  },
  "a run { seed, … }",
);

/**
 * What the runs need, as plain data.
 * @throws ConfigError for counts that are not those of the samples
 */
export async function sharedTraining(
  network: Network,
  samples: Samples,
  recipe: ParallelTask,
  runs: readonly TrainingRun[],
  jobs?: number,
): Promise<SharedTraining> {
  const n = samples.x.shape[0];
  if (samples.target.shape[0] !== n)
    throw new ShapeError(
      `trainMany: ${n} inputs but ${samples.target.shape[0]} targets. Each sample needs one target row.`,
    );
  runs.forEach(({ counts }, k) => {
    if (counts && counts.length !== n)
      throw new ConfigError(
        `trainMany: run ${k} counts ${counts.length} samples of ${n}. Give one count a sample.`,
      );
  });
  const found = { module: taskAddress(recipe.module), name: recipe.name };
  // what is kept under a key is a network that one can make again, too
  const travels = !computesHere(jobs, runs.length) || runs.some(({ key }) => key);
  return {
    network: travels ? describeNetwork(network) : undefined,
    recipe: found,
    samples: bareSamples(samples),
  };
}

/** Their network, made once in each thread. */
export const networkOf: (shared: SharedTraining) => Network = onceFor(({ network }) =>
  networkFrom(network!),
);

/** What `trainMany` asks of a worker thread. */
export async function trainRequest(
  { run, checkpoint }: TrainingRequest,
  shared: SharedTraining,
  own?: Network,
): Promise<TrainResult> {
  const { recipe, samples } = shared;
  const network = own ?? networkOf(shared);
  const compute = async (): Promise<TrainResult> => {
    const { options } = await recipeOf(recipe);
    return trainedRun(network, samples, options, run, checkpoint);
  };
  return run.key ? cached(run.key, compute) : compute();
}

/** A run by the options of a recipe. */
export function trainedRun(
  network: Network,
  samples: Samples,
  options: Recipe["options"],
  run: TrainingRun,
  checkpoint?: CheckpointOptions,
): TrainResult {
  const {
    seed,
    path = network.name,
    counts,
    theta,
    epochs = options.epochs,
    stopAt = options.stopAt,
    checkEvery = options.checkEvery,
  } = run;
  const steps = run.epochs === undefined ? options.steps : undefined;
  const all: TrainOptions = {
    ...options,
    rng: makeRng(seed, path),
    theta,
    epochs,
    steps,
    checkEvery,
    stopAt: stopAt ?? undefined,
    checkpoint: checkpoint ?? options.checkpoint,
  };
  return train(
    network,
    counts ? resampled(samples, counts) : samples,
    theta ? { ...all, stuck: false } : all,
  );
}

/** The recipe, where this thread finds it. */
export async function recipeOf({ module, name }: SharedTraining["recipe"]): Promise<Recipe> {
  const exported: unknown = await importModule(module);
  const recipe = name.split(".").reduce<unknown>(memberOf, exported) as Recipe | undefined;
  if (!recipe?.options)
    throw new ConfigError(
      `trainMany: ${module} exports no recipe "${name}". Name an export with risk and options.`,
      { module, name },
    );
  return recipe;
}

const memberOf = (of: unknown, name: string): unknown =>
  typeof of === "object" && of !== null && Object.hasOwn(of, name)
    ? (of as Record<string, unknown>)[name]
    : undefined;

/** Entries of a list that a JavaScript engine can make. */
const MOST_ROWS = 2 ** 26;

/** Each sample as often as it counts, in order. */
function resampled(samples: Samples, counts: ArrayLike<number>): Samples {
  const rows: number[] = [];
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  if (total > MOST_ROWS)
    throw new ConfigError(
      `trainMany: the counts make ${total} samples; no memory holds more than ${MOST_ROWS}. Give smaller counts.`,
      { total },
    );
  for (let r = 0; r < counts.length; r++) {
    if (!Number.isInteger(counts[r]) || counts[r] < 0) {
      throw new ConfigError(
        `trainMany: sample ${r} counts ${counts[r]} times. Give a whole number ≥ 0.`,
        { sample: r, count: counts[r] },
      );
    }
    for (let k = 0; k < counts[r]; k++) rows.push(r);
  }
  return takeSamples(samples, rows);
}

import { count, optional, record, tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aNetwork, someSamples } from "../../nn/arguments.js";
import type { CacheKey } from "../../core/cache/cache.js";
import { ShapeError } from "../../core/errors.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { oneOf } from "../../core/oneOf.js";
import type { ParallelTask } from "../../core/tasks/parallel.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import type { Samples } from "../../nn/losses/risk.js";
import { aRecipe, trainMany } from "../../nn/training/trainMany.js";

/** Options of `bootstrapRetraining`. */
export interface BootstrapRetrainingOptions extends LongRunOptions {
  /**
   * Stream of initial weights and sample orders, the same for every bootstrap: only the sample
   * differs.
   */
  readonly seed: number;
  /**
   * "original": training goes on from θ̃, on the bootstrap sample, for `epochs`. "scratch": the
   * recipe as it stands, from the initial weights of `seed` to its own stopping rule. The first
   * asks what RUE asks, how the same solution responds to other data; the second also holds all
   * that early stopping and the path of the training add.
   */
  readonly start: "original" | "scratch";
  /** Default 1 from θ̃; the recipe's from scratch. */
  readonly epochs?: number;
  /**
   * Where networks are kept, one by one, with the bootstrap's counts added to the key; by default
   * nowhere.
   */
  readonly key?: CacheKey;
  /** Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
}

/**
 * What RUE stands in for: the network really trained anew on each bootstrap sample (Dawid et al.
 * 2021, Sec. II D). Parameters [b, P], for `lossesAt` and `spreadOfLosses`.
 *
 * @param recipe  where worker threads find it, see `trainMany`
 * @param counts [b, n], see `bootstrapCounts`: with the `rng` of `resamplingUncertainty` the
 *   samples are its samples
 */
export async function bootstrapRetraining(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  recipe: ParallelTask,
  counts: Tensor,
  options: BootstrapRetrainingOptions,
): Promise<Tensor> {
  takes("bootstrapRetraining", {
    network: [network, aNetwork],
    recipe: [recipe, aRecipe],
    samples: [samples, someSamples],
    counts: [counts, tensorOf(["bootstraps", "n"])],
    options: [options, record({ jobs: optional(count(1)) })],
  });
  const {
    seed,
    start,
    epochs = start === "original" ? 1 : undefined,
    key,
    jobs,
    signal,
    onDone,
  } = options;
  oneOf(start, ["original", "scratch"], "bootstrapRetraining: start");
  if (counts.shape.length !== 2 || counts.shape[1] !== samples.x.shape[0]) {
    throw new ShapeError(
      `bootstrapRetraining: counts must have shape [bootstraps, ${samples.x.shape[0]}], one column a sample, got [${counts.shape}].`,
    );
  }
  const from = start === "original" ? { theta, stopAt: null } : {};
  const runs = Array.from({ length: counts.shape[0] }, (_, b) => {
    const drawn = row(counts, b).slice();
    const run = { ...from, seed, epochs, counts: drawn };
    return key ? { ...run, key: { ...key, params: { study: key.params, ...run } } } : run;
  });
  const results = await trainMany(network, samples, recipe, runs, { jobs, signal, onDone });
  const thetas = tensor([runs.length, network.parameterCount]);
  results.forEach((result, b) => row(thetas, b).set(result.theta));
  return thetas;
}

import {
  count,
  filePath,
  list,
  listOf,
  nonNegative,
  optional,
  record,
} from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aNetwork, someSamples } from "../../nn/arguments.js";
import { cached, type CacheKey } from "../../core/cache/cache.js";
import { ConfigError } from "../../core/errors.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { parallelMap, type ParallelTask } from "../../core/tasks/parallel.js";
import { makeRng } from "../../core/random/rng.js";
import type { Network } from "../../nn/network/network.js";
import { perSampleGradients, type Samples } from "../../nn/losses/risk.js";
import { bareSamples, takeSamples } from "../../nn/losses/weighed.js";
import {
  type SharedTraining,
  type TrainingRun,
  aRecipe,
  networkOf,
  oneRun,
  recipeOf,
  sharedTraining,
  trainRequest,
} from "../../nn/training/trainMany.js";
import { paperDamping } from "../solvers/damping.js";
import { exactHessian } from "../exact/exactHessian.js";
import { resamplingUncertainty } from "./resampling.js";

/** Options of `resamplingStudy`. */
export interface ResamplingStudyOptions extends LongRunOptions {
  readonly bootstraps: number;
  /** λ − (|E₀| + 0.01); 1 by default, as the paper takes it for RUE. */
  readonly extraDamping?: number;
  /**
   * Training points that make up the Hessian; by default all. Gradients are always those of all
   * points.
   */
  readonly hessianRows?: ArrayLike<number>;
  /** Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
  /**
   * Folder of `phaselens study` that holds the networks of these seeds: they are read and not
   * trained (default: they are trained here).
   */
  readonly study?: string;
}

/** RUE of one network of a study, about the original minimal loss. */
export interface StudiedNetwork {
  readonly theta: Float64Array;
  /** Mean training loss at θ̃. */
  readonly loss: number;
  readonly damping: number;
  /** [test] */
  readonly uncertainty: Float64Array;
  /** Its standard error from the number of bootstraps, [test]. */
  readonly error: Float64Array;
}

/** One network of a study; trained unless it is known. */
interface Request {
  readonly run: TrainingRun;
  readonly known: Pick<StudiedNetwork, "theta" | "loss"> | undefined;
}

/** What all networks of a study share. */
interface Study {
  readonly training: SharedTraining;
  readonly test: Samples;
  readonly bootstraps: number;
  readonly extraDamping: number;
  readonly hessianRows: readonly number[] | undefined;
}

/**
 * Does an uncertainty depend on the network that happened to come out of the training? Several
 * networks, each trained, with its Hessian and RUE, one a worker thread. Results in the order of
 * `runs`, the same for any number of workers; a run with a key is kept, network and result apart.
 *
 * @param recipe  where worker threads find it, see `trainMany`
 * @throws as `trainMany`, `exactHessian` and `resamplingUncertainty`
 */
export async function resamplingStudy(
  network: Network,
  recipe: ParallelTask,
  samples: Samples,
  test: Samples,
  runs: readonly TrainingRun[],
  options: ResamplingStudyOptions,
): Promise<StudiedNetwork[]> {
  takes("resamplingStudy", {
    network: [network, aNetwork],
    recipe: [recipe, aRecipe],
    samples: [samples, someSamples],
    test: [test, someSamples],
    runs: [runs, listOf(oneRun)],
    options: [
      options,
      record({
        bootstraps: count(2),
        extraDamping: optional(nonNegative),
        hessianRows: optional(list),
        jobs: optional(count(1)),
        study: optional(filePath),
      }),
    ],
  });
  const { bootstraps, extraDamping = 1, hessianRows, jobs, signal, onDone, study } = options;
  const n = samples.x.shape[0];
  const rows = hessianRows && Array.from(hessianRows);
  const wrong = rows?.find((r) => !Number.isInteger(r) || r < 0 || r >= n);
  if (wrong !== undefined || rows?.length === 0) {
    const fact = rows?.length === 0 ? "is empty" : `asks for row ${wrong}`;
    throw new ConfigError(
      `resamplingStudy: hessianRows ${fact}; rows must be whole numbers 0 … ${n - 1}.`,
    );
  }
  const shared: Study = {
    training: await sharedTraining(network, samples, recipe, runs, jobs),
    test: bareSamples(test),
    bootstraps,
    extraDamping,
    hessianRows: rows,
  };
  const { risk } = await recipeOf(shared.training.recipe);
  const known =
    study === undefined
      ? undefined
      : (await import("../study/studiedNetworks.js")).studiedNetworks(
          study,
          network,
          samples,
          risk,
          runs,
        );
  const compute = (request: Request, all: Study): Promise<StudiedNetwork> =>
    studyRequest(request, all, network);
  return parallelMap<Request, StudiedNetwork>(
    { module: import.meta.url, name: "studyRequest", compute },
    runs.map((run, k) => ({ run, known: known?.[k] })),
    { label: "resamplingStudy", shared, jobs, signal, onDone },
  );
}

/** What `resamplingStudy` asks of a worker thread. */
export async function studyRequest(
  request: Request,
  study: Study,
  own?: Network,
): Promise<StudiedNetwork> {
  const { bootstraps, extraDamping, hessianRows } = study;
  const { key } = request.run;
  if (!key || request.known) return studyNetwork(request, study, own);
  const whole: CacheKey = {
    function: "resamplingStudy",
    version: 1,
    params: { network: key, bootstraps, extraDamping, hessianRows },
    seed: key.seed,
  };
  return cached(whole, () => studyNetwork(request, study, own));
}

async function studyNetwork(
  { run, known }: Request,
  { training, test, bootstraps, extraDamping, hessianRows }: Study,
  own: Network | undefined,
): Promise<StudiedNetwork> {
  const { samples } = training;
  const { theta, loss } = known ?? (await trainRequest({ run }, training, own));
  const { risk } = await recipeOf(training.recipe);
  const network = own ?? networkOf(training);
  const some = hessianRows ? takeSamples(samples, hessianRows) : samples;
  const hessian = exactHessian(network, theta, some, { loss: risk.loss, l2: risk.l2 });
  const damping = paperDamping(hessian) + extraDamping;
  const trainGradients = perSampleGradients(network, theta, samples, risk);
  const input = { hessian, trainGradients, test, loss: risk.loss };
  const { uncertainty, error } = await resamplingUncertainty(network, theta, input, {
    rng: makeRng(run.seed, "resampling"),
    bootstraps,
    damping,
    jobs: 1,
  });
  return { theta, loss, damping, uncertainty, error };
}

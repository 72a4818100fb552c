import { ConfigError, EnvironmentError } from "../../core/errors.js";
import type { Samples } from "../losses/risk.js";
import type { Network } from "../network/network.js";
import type { SampleSource } from "../network/sampleSource.js";
import type { Optimiser } from "./optimiser.js";
import type { Checkpoint, TrainEpoch, TrainOptions, TrainResult } from "./trainOptions.js";

/** A training under way, or its result. */
export interface SavedTraining {
  readonly checkpoint: Checkpoint;
  /** Epochs of this start so far. */
  readonly history: readonly TrainEpoch[];
  readonly result?: TrainResult;
}

/** The file of a training's state. */
export interface TrainingStore {
  /** Epochs from one state to the next. */
  readonly every: number;
  read(): SavedTraining | undefined;
  write(saved: SavedTraining): void;
}

/** Opens the store of a training whose options name a file. */
export type StoreMaker = (
  network: Network,
  samples: Samples | SampleSource,
  options: TrainOptions,
  optimiser: Optimiser,
) => TrainingStore;

let make: StoreMaker | undefined;

/**
 * Lets `train` keep its state. Files are nothing for a page, so that a bundler leaves out what
 * writes them with the module that calls this, `trainingStore`.
 */
export function storeTrainingsWith(maker: StoreMaker): void {
  make = maker;
}

/**
 * Undefined unless `checkpoint` is asked for.
 * @throws EnvironmentError where there are no files, ConfigError for a path that is none, and on
 *   reading for the state of another training
 */
export const storeOf = (...training: Parameters<StoreMaker>): TrainingStore | undefined => {
  if (training[2].checkpoint === undefined) return undefined;
  if (make) return make(...training);
  throw new EnvironmentError(
    "train: a checkpoint needs files, which are not there (a browser?). Leave checkpoint out.",
  );
};

/**
 * Refuses a state that is none of this training.
 * @throws ConfigError
 */
export function checkResume(
  { theta, optimiser: state, epoch, retry }: Checkpoint,
  network: Network,
  optimiser: Optimiser,
  last: number,
): void {
  const P = network.parameterCount;
  const wanted = optimiser.start(P).moments.length;
  const fits = state.moments.length === wanted && state.moments.every((m) => m.length === P);
  if (theta.length !== P || !fits) {
    throw new ConfigError(
      `train: the checkpoint has ${theta.length} parameters and ${state.moments.length} moments; ${network.name} with ${optimiser.name} needs ${P} and ${wanted}. Resume with the network and optimiser that wrote it.`,
    );
  }
  if (!(Number.isInteger(epoch) && epoch >= 0 && epoch <= last && Number.isInteger(retry))) {
    throw new ConfigError(
      `train: the checkpoint is of epoch ${epoch}, this training ends with ${last}. Ask for more epochs, or begin anew.`,
    );
  }
}

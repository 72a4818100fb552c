import "../../core/cache/checkpointFile.js"; // not in a page's bundle, see checkpoints
import { checkpointEvery, checkpointFiles, type Identity } from "../../core/cache/checkpoints.js";
import { fingerprint } from "../../core/cache/fingerprint.js";
import { ConfigError } from "../../core/errors.js";
import type { Samples } from "../losses/risk.js";
import type { Network } from "../network/network.js";
import type { SampleSource } from "../network/sampleSource.js";
import { constantSchedule, type Optimiser } from "./optimiser.js";
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

/**
 * Undefined unless `checkpoint` is asked for.
 * @throws ConfigError for a path that is none, and on reading for the state of another training
 */
export function trainingStore(
  network: Network,
  samples: Samples | SampleSource,
  options: TrainOptions,
  optimiser: Optimiser,
): TrainingStore | undefined {
  const { checkpoint } = options;
  if (checkpoint === undefined) return undefined;
  const every = checkpointEvery(checkpoint, "train");
  const files = checkpointFiles("train");
  const identity = identityOf(network, samples, options, optimiser);
  return {
    every,
    read: () => files.read(checkpoint.path, identity, "train") as SavedTraining | undefined,
    write: (saved) => files.write(checkpoint.path, identity, saved),
  };
}

/** All that decides θ. Functions stand as what they return. */
function identityOf(
  network: Network,
  samples: Samples | SampleSource,
  options: TrainOptions,
  optimiser: Optimiser,
): Identity {
  const { epochs, steps, batchSize, stopAt, checkEvery, clip, biases, keep, l2 } = options;
  const { rng, theta, validation, augment, precision, backend, loss, l1, stuck } = options;
  const { schedule = constantSchedule } = options;
  const inMemory = "readInput" in samples ? undefined : samples;
  return {
    network: `${network.name}: ${network.nodes.map(({ layer }) => layer.name).join(", ")}`,
    parameters: network.parameterCount,
    optimiser: `${optimiser.name} ${JSON.stringify(optimiser.rule ?? null)}`,
    schedule: [0, 0.2, 0.4, 0.6, 0.8, 1].map(schedule),
    loss: loss.name,
    ...{ epochs, steps, batchSize, stopAt, checkEvery, clip, biases, keep, l2, precision, stuck },
    l1: l1 instanceof Float64Array ? fingerprint(l1) : l1,
    backend: backend?.name,
    augment: augment?.name,
    random: rng.fork("identity of the stream").uniform(),
    theta: theta && fingerprint(theta),
    samples: inMemory ? namesOf(inMemory) : (samples as SampleSource).count,
    validation: validation && namesOf(validation),
  };
}

const namesOf = ({ x, target }: Samples): readonly string[] => [
  `${x.shape.join("×")} ${fingerprint(x.data)}`,
  `${target.shape.join("×")} ${fingerprint(target.data)}`,
];

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

import type { CheckpointOptions } from "../../core/cache/checkpoints.js";
import type { Rng } from "../../core/random/rng.js";
import type { Network } from "../network/network.js";
import type { Trainable } from "../network/trainable.js";
import type { Optimiser, OptimiserState, Schedule } from "./optimiser.js";
import type { RiskOptions, Samples } from "../losses/risk.js";
import type { Augmentation } from "../network/sampleSource.js";
import type { TrainingBackend } from "./trainingEngine.js";

/** Options of `train`, and the risk that is minimised. */
export interface TrainOptions extends RiskOptions {
  /** Where initial weights, the order of samples, augmentation and dropout come from. */
  readonly rng: Rng;
  /** Passes over the data; needed unless `steps` is given. */
  readonly epochs?: number;
  /** Steps in all, whatever the number of samples; needed unless `epochs` is given. */
  readonly steps?: number;
  /** Samples a step (default 50); with fewer samples than that, all of them. */
  readonly batchSize?: number;
  /** Default sgd({ learningRate: 0.1, momentum: 0.9 }). */
  readonly optimiser?: Optimiser;
  /** Default constant. */
  readonly schedule?: Schedule;
  /** Largest norm of a step's gradient (default no limit). */
  readonly clip?: number;
  /** "non-positive": biases above 0 are set to 0 after each step (default "free"). */
  readonly biases?: "free" | "non-positive";
  /** Changes inputs at random each time they are used, e.g. `signFlips` (default none). */
  readonly augment?: Augmentation;
  /**
   * "float32": activations and gradients in single precision through compiled kernels, several
   * times faster; the same training up to rounding (default "float64"). In chains of dense and
   * convolutional layers, pooling, ReLU, leaky ReLU and flatten, with sgd or adam, parameters and
   * moments are in single precision too; in other networks they are double. Edge blocks of
   * interaction networks are always computed in double precision.
   */
  readonly precision?: "float64" | "float32";
  /**
   * Another library that makes the steps, e.g. `tfjsBackend(tf)`; it brings its own precision
   * (default none: this library).
   */
  readonly backend?: TrainingBackend;
  /**
   * Which layers are trained, by name or number of the node (default all): `nn.trainable` has the
   * rest. What is not named stays as `theta` has it; penalties are of what is trained. Parameters
   * of the result are those of the whole network, its checkpoint is of the trained part.
   */
  readonly trainable?: Trainable;
  /** Initial θ; without it `initialise` draws one. */
  readonly theta?: Float64Array;
  /** Draws θ for each start (default Kaiming-normal). */
  readonly initialise?: (network: Network, rng: Rng) => Float64Array;
  /**
   * Stop as soon as the mean loss of the training set, penalties not counted, is at or below this
   * (default: only after the last epoch).
   */
  readonly stopAt?: number;
  /** Steps between two looks at `stopAt` (default one epoch). */
  readonly checkEvery?: number;
  /**
   * A start is stuck if after `patience` epochs (default 5) the mean loss has not come below
   * `below` (default .97) of that of the best constant output; then training begins again with
   * other weights, at most `retries` times (default 3). `false` turns the check off.
   */
  readonly stuck?:
    { readonly patience?: number; readonly below?: number; readonly retries?: number } | false;
  /**
   * Samples that no step sees; `keep` judges the parameters after each epoch by them, each by its
   * weight (default none).
   */
  readonly validation?: Samples;
  /** Which parameters are the result (default "last"). See `Keep`. */
  readonly keep?: Keep;
  /**
   * Where the state is kept after every so many epochs (default nowhere). Killed at any moment, the
   * same call goes on from there, to the same bits; done, it returns the result at once. The state
   * of another training is refused.
   */
  readonly checkpoint?: CheckpointOptions;
  /** Told of each epoch (default nobody is told). */
  readonly onEpoch?: (epoch: TrainEpoch) => void;
}

/**
 * - "last": those after the last step.
 * - "lowestLoss", "bestAccuracy": those of the epoch with the lowest mean loss (penalties not
 *   counted) or the best accuracy on the validation samples, the first of equals. Dropout is off
 *   when they are judged. The score of those samples is then too good by the choice: judge the
 *   network by samples of a third kind.
 */
export type Keep = "last" | "lowestLoss" | "bestAccuracy";

/** The best parameters so far, as `keep` judges them. */
export interface KeptState {
  readonly theta: Float64Array;
  /** Starts at 1. */
  readonly epoch: number;
  /** Mean loss or accuracy on the validation samples. */
  readonly score: number;
}

/** What is told of an epoch. */
export interface TrainEpoch {
  /** Starts at 1. */
  readonly epoch: number;
  /** Mean loss over the steps of this epoch, penalties not counted. */
  readonly loss: number;
  /** Mean loss or accuracy on the validation samples after this epoch, if `keep` looks at them. */
  readonly validation?: number;
  /** Starts counts from 0. */
  readonly retry: number;
}

/**
 * All that is needed to go on; plain data for `cached` or a file. An epoch that `steps` or `stopAt`
 * cut short counts as done.
 */
export interface Checkpoint {
  readonly theta: Float64Array;
  readonly optimiser: OptimiserState;
  readonly epoch: number;
  readonly retry: number;
  /** The best state before this point; absent unless `keep` asks for one. */
  readonly kept?: KeptState;
}

/** What `train` gives. */
export interface TrainResult {
  readonly theta: Float64Array;
  readonly history: readonly TrainEpoch[];
  /** Mean loss of the training set at θ, penalties not counted. */
  readonly loss: number;
  /**
   * The epoch that θ is of, with its score, if `keep` chose it; the last state is in `checkpoint`.
   */
  readonly kept?: KeptState;
  /** "epochs": all epochs or steps were made. */
  readonly stopped: "epochs" | "target";
  readonly retries: number;
  readonly checkpoint: Checkpoint;
}

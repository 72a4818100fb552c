import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { NumericalError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import { tensor } from "../../core/tensor.js";
import { sumOf } from "../../core/weights.js";
import { risk } from "../losses/risk.js";
import type { Weighed } from "../losses/weighed.js";
import type { Network } from "../network/network.js";
import { inputWidth, targetsOf, type SampleSource } from "../network/sampleSource.js";
import { keeperOf } from "./keptState.js";
import { constantSchedule, defaultOptimiser } from "./optimiser.js";
import type { TrainingEngine } from "./trainingEngine.js";
import { checkResume, type TrainingStore } from "./savedTraining.js";
import type { Checkpoint, TrainEpoch, TrainOptions, TrainResult } from "./trainOptions.js";

/** One start of a training, ready to go. */
export interface OneStart {
  readonly network: Network;
  /** The samples, unless they come from a source that reads them. */
  readonly inMemory: Weighed | undefined;
  readonly source: SampleSource;
  readonly options: TrainOptions;
  readonly rng: Rng;
  readonly start: Checkpoint;
  readonly engine: TrainingEngine;
  /** Told in an earlier process. */
  readonly earlier: readonly TrainEpoch[];
  readonly store: TrainingStore | undefined;
  readonly epochs: number;
  readonly steps: number | undefined;
  readonly batchSize: number;
}

/** A start that does no better than the best constant output. */
export interface StuckStart {
  readonly stuck: true;
  readonly epoch: number;
  /** Mean loss over the steps of that epoch, and that of the best constant. */
  readonly loss: number;
  readonly constant: number;
}

/**
 * The epochs of one start, up to where it is found to be stuck.
 * @throws NumericalError if the loss or a parameter stops being a number
 */
export function epochsOf(one: OneStart): TrainResult | StuckStart {
  const { network, inMemory, source, options, rng, start, engine } = one;
  const { earlier, store, epochs, steps, batchSize } = one;
  const {
    loss,
    schedule = constantSchedule,
    augment,
    stopAt,
    precision = "float64",
    backend,
  } = options;
  const n = source.count;
  const factors = source.weights && toMeanOne(source.weights);
  const width = inputWidth(source);
  const dropping = network.nodes.some(({ layer }) => layer.kind === "dropout");
  const stepsInEpoch = Math.ceil(n / batchSize);
  const checkEvery = options.checkEvery ?? stepsInEpoch;
  const history: TrainEpoch[] = [...earlier];
  const fill = (order: ArrayLike<number>, from: number, count: number): void => {
    for (let s = 0; s < count; s++) {
      source.readInput(order[from + s], engine.x, s * width);
      source.readTarget(order[from + s], engine.target, s * source.outputs);
      if (factors) engine.weights![s] = factors[order[from + s]];
    }
  };
  /** Mean over all samples, by batches; `sum` gives that of the samples in the engine. */
  const meanOver = (sum: (count: number) => number): number => {
    const order = Int32Array.from({ length: n }, (_, s) => s);
    let total = 0;
    for (let from = 0; from < n; from += batchSize) {
      const count = Math.min(batchSize, n - from);
      fill(order, from, count);
      total += sum(count);
    }
    return total / n;
  };
  const trainingLoss = (): number =>
    inMemory && precision === "float64" && !backend
      ? risk(network, engine.theta(), inMemory, { loss })
      : meanOver((count) => engine.losses(count));
  // of parameters that the engine does not hold
  const lossOf = (theta: Float64Array): number => {
    if (inMemory) return risk(network, theta, inMemory, { loss });
    return meanOver((count) => {
      const inputs = Float64Array.from(engine.x.subarray(0, count * width));
      const x = tensor([count, ...source.inputShape], inputs);
      const targets = engine.target.slice(0, count * source.outputs);
      const target = tensor([count, source.outputs], targets);
      const own = factors && engine.weights!.slice(0, count);
      const part: Weighed = { x, target, factors: own, divisor: count };
      return count * risk(network, theta, part, { loss });
    });
  };
  const keeper = keeperOf(network, start.theta, options, start.kept);
  const note = (epoch: number, value: number): void => {
    const line = { epoch, loss: value, retry: start.retry };
    const judged = keeper && Number.isFinite(value);
    history.push(judged ? { ...line, validation: keeper.look(engine.theta(), epoch) } : line);
    options.onEpoch?.(history[history.length - 1]);
  };
  const stateAfter = (epoch: number): Checkpoint => ({
    theta: engine.theta(),
    optimiser: engine.optimiser(),
    epoch,
    retry: start.retry,
    ...(keeper?.best && { kept: keeper.best }),
  });
  const finish = (stopped: "epochs" | "target", epoch: number, value: number): TrainResult => {
    const checkpoint = stateAfter(epoch);
    const last = checkpoint.theta;
    const common = { history, stopped, retries: start.retry };
    const kept = keeper?.best;
    if (!kept) return { ...common, theta: last, loss: value, checkpoint };
    return {
      ...common,
      theta: kept.theta,
      loss: lossOf(kept.theta),
      kept,
      checkpoint,
    };
  };

  const last = steps === undefined ? epochs : Math.ceil(steps / stepsInEpoch);
  checkResume(start, network, options.optimiser ?? defaultOptimiser, last);
  for (let epoch = start.epoch + 1; epoch <= last; epoch++) {
    const stream = rng.fork(`epoch ${epoch}`);
    const order = stream.fork("order").permutation(n);
    const noise = dropping ? stream.fork("dropout") : undefined;
    const changes = augment ? stream.fork("augmentation") : undefined;
    let [sum, seen] = [0, 0];
    for (let from = 0, step = 1; from < n; from += batchSize, step++) {
      const made = (epoch - 1) * stepsInEpoch + step - 1;
      if (made === steps) break;
      stopIfCancelled();
      const count = Math.min(batchSize, n - from);
      fill(order, from, count);
      if (changes) augment!.apply(engine.x, count, width, changes);
      const progress = steps === undefined ? (epoch - 1 + from / n) / epochs : made / steps;
      sum += engine.step(count, schedule(progress), noise);
      seen += count;
      if (stopAt !== undefined && (step % checkEvery === 0 || step === stepsInEpoch)) {
        const value = trainingLoss();
        if (value <= stopAt) {
          note(epoch, value);
          return finish("target", epoch, value);
        }
      }
    }
    note(epoch, sum / seen);
    if (!Number.isFinite(sum))
      throw new NumericalError(
        `train: the loss is ${sum} in epoch ${epoch}. Use a smaller learning rate or clip the gradient.`,
        { epoch },
      );
    if (options.stuck !== false) {
      const { patience = 5, below = 0.97 } = options.stuck ?? {};
      if (epoch === patience) {
        const constant = loss.constantRisk(inMemory ? inMemory.target : targetsOf(source), factors);
        if (sum / seen > below * constant)
          return { stuck: true, epoch, loss: sum / seen, constant };
      }
    }
    if (store && epoch < last && epoch % store.every === 0)
      store.write({ checkpoint: stateAfter(epoch), history });
  }
  const result = finish("epochs", last, trainingLoss());
  checkEnd(result, last);
  return result;
}

/** Weights in units of their mean. */
function toMeanOne(weights: ArrayLike<number>): Float64Array {
  const mean = sumOf(weights) / weights.length;
  return Float64Array.from(weights, (weight) => weight / mean);
}

/**
 * The loss of an epoch is measured before its steps, so that the last step can diverge unseen.
 * @throws NumericalError
 */
function checkEnd({ loss, theta }: TrainResult, epoch: number): void {
  const bad = theta.findIndex((value) => !Number.isFinite(value));
  if (Number.isFinite(loss) && bad < 0) return;
  const fact = Number.isFinite(loss) ? `parameter ${bad} is ${theta[bad]}` : `the loss is ${loss}`;
  throw new NumericalError(
    `train: ${fact} after the last epoch, ${epoch}. Use a smaller learning rate or clip the gradient.`,
    { epoch, loss },
  );
}

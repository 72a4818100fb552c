import { ConfigError, NotConvergedError, NumericalError } from "../core/errors.js";
import type { Rng } from "../core/rng.js";
import { size } from "../core/tensor.js";
import { makeEvaluator } from "./evaluator.js";
import { kaimingNormal } from "./initialise.js";
import { parameterBlocks, type Network } from "./network.js";
import { clipNorm, constantSchedule, sgd, type Optimiser, type OptimiserState, type Schedule } from "./optimiser.js";
import { addPenaltyGradient, checkSamples, risk, type RiskOptions, type Samples } from "./risk.js";

export interface TrainOptions extends RiskOptions {
  /** Where initial weights, the order of samples and dropout come from. */
  readonly rng: Rng;
  readonly epochs: number;
  /** Samples a step (default 50). */
  readonly batchSize?: number;
  /** Default sgd({ learningRate: 0.1, momentum: 0.9 }). */
  readonly optimiser?: Optimiser;
  /** Default constant. */
  readonly schedule?: Schedule;
  /** Largest norm of a step's gradient (default no limit). */
  readonly clip?: number;
  /** Initial θ; without it `initialise` draws one. */
  readonly theta?: Float64Array;
  /** Draws θ for each start (default Kaiming-normal). */
  readonly initialise?: (network: Network, rng: Rng) => Float64Array;
  /** Stop as soon as the mean loss of the training set, penalties not counted, is at or below this. */
  readonly stopAt?: number;
  /** Steps between two looks at `stopAt` (default one epoch). */
  readonly checkEvery?: number;
  /**
   * A start is stuck if after `patience` epochs (default 5) the mean loss has not come below `below` (default .97)
   * of that of the best constant output; then training begins again with other weights, at most `retries` times
   * (default 3). `false` turns the check off.
   */
  readonly stuck?: { readonly patience?: number; readonly below?: number; readonly retries?: number } | false;
  readonly onEpoch?: (epoch: TrainEpoch) => void;
}

export interface TrainEpoch {
  /** Starts at 1. */
  readonly epoch: number;
  /** Mean loss over the steps of this epoch, penalties not counted. */
  readonly loss: number;
  /** Starts counts from 0. */
  readonly retry: number;
}

/** All that is needed to go on; plain data for `cached` or a file. */
export interface Checkpoint {
  readonly theta: Float64Array;
  readonly optimiser: OptimiserState;
  readonly epoch: number;
  readonly retry: number;
}

export interface TrainResult {
  readonly theta: Float64Array;
  readonly history: readonly TrainEpoch[];
  /** Mean loss of the training set at θ, penalties not counted. */
  readonly loss: number;
  readonly stopped: "epochs" | "target";
  readonly retries: number;
  readonly checkpoint: Checkpoint;
}

/**
 * Minimise the risk by stochastic gradients. Sample orders and dropout are forked by the epoch's number, so a run
 * resumed from a checkpoint continues exactly as if it had not been interrupted.
 *
 * @throws ShapeError, NumericalError  if data and network do not fit, or the loss stops being a number
 * @throws NotConvergedError  if every start is stuck
 */
export function train(network: Network, samples: Samples, options: TrainOptions, resume?: Checkpoint): TrainResult {
  const { rng, theta, initialise = kaimingNormal, stuck = {} } = options;
  const retries = stuck === false ? 0 : (stuck.retries ?? 3);
  for (let retry = resume?.retry ?? 0; ; retry++) {
    const stream = retry === 0 ? rng : rng.fork(`retry ${retry}`);
    const start: Checkpoint = resume?.retry === retry ? resume : fresh(network, options, theta ?? initialise(network, stream.fork("weights")), retry);
    const result = run(network, samples, options, stream, start);
    if (result) return result;
    if (retry === retries || theta) {
      throw new NotConvergedError(
        `train: the loss stayed at that of a constant output in ${retry + 1} start(s). Use another seed, a smaller learning rate or a larger initialisation.`,
        { starts: retry + 1 },
      );
    }
  }
}

function fresh(network: Network, { optimiser = defaultOptimiser }: TrainOptions, theta: Float64Array, retry: number): Checkpoint {
  return { theta: theta.slice(), optimiser: optimiser.start(network.parameterCount), epoch: 0, retry };
}

const defaultOptimiser = sgd({ learningRate: 0.1, momentum: 0.9 });

/** One start; undefined if it is stuck. */
function run(network: Network, samples: Samples, options: TrainOptions, rng: Rng, start: Checkpoint): TrainResult | undefined {
  const { loss, l2 = 0, l1 = 0, epochs, batchSize = 50, optimiser = defaultOptimiser, schedule = constantSchedule, clip = Infinity, stopAt } = options;
  checkSamples(network, start.theta, samples, "train");
  const [n, out] = samples.target.shape;
  for (const [what, value] of [["epochs", epochs], ["batchSize", batchSize]] as const) {
    if (!Number.isInteger(value) || value < 1) throw new ConfigError(`train: ${what} must be a whole number ≥ 1, got ${value}.`);
  }
  const width = size(samples.x.shape.slice(1));
  const evaluator = makeEvaluator(network, samples.x.shape.slice(1), batchSize);
  const last = evaluator.values.length - 1;
  const dropping = network.nodes.some(({ layer }) => layer.kind === "dropout");
  const theta = start.theta.slice();
  const state: OptimiserState = { step: start.optimiser.step, moments: start.optimiser.moments.map((m) => m.slice()) };
  const [x, target] = [new Float64Array(batchSize * width), new Float64Array(batchSize * out)];
  const [gradient, values] = [new Float64Array(theta.length), new Float64Array(batchSize)];
  const stepsInEpoch = Math.ceil(n / batchSize);
  const checkEvery = options.checkEvery ?? stepsInEpoch;
  const history: TrainEpoch[] = [];
  const trainingLoss = (): number => risk(network, theta, samples, { loss });
  const finish = (stopped: "epochs" | "target", epoch: number, value: number): TrainResult => ({
    theta, history, loss: value, stopped, retries: start.retry, checkpoint: { theta, optimiser: state, epoch, retry: start.retry },
  });

  for (let epoch = start.epoch + 1; epoch <= epochs; epoch++) {
    const stream = rng.fork(`epoch ${epoch}`);
    const order = stream.fork("order").permutation(n);
    const noise = dropping ? stream.fork("dropout") : undefined;
    let sum = 0;
    for (let from = 0, step = 1; from < n; from += batchSize, step++) {
      const count = Math.min(batchSize, n - from);
      for (let s = 0; s < count; s++) {
        const sample = order[from + s];
        x.set(samples.x.data.subarray(sample * width, (sample + 1) * width), s * width);
        target.set(samples.target.data.subarray(sample * out, (sample + 1) * out), s * out);
      }
      evaluator.forward(theta, x.subarray(0, count * width), count, noise);
      loss.value(evaluator.values[last], target, count, out, values);
      for (let s = 0; s < count; s++) sum += values[s];
      loss.gradient(evaluator.values[last], target, count, out, evaluator.gradients[last]);
      evaluator.backward(theta, count);
      gradient.fill(0);
      evaluator.parameterGradient(count, gradient);
      for (let p = 0; p < gradient.length; p++) gradient[p] /= count;
      addPenaltyGradient(gradient, theta, l2, l1);
      clipNorm(gradient, clip);
      optimiser.update(theta, gradient, state, schedule((epoch - 1 + from / n) / epochs));
      if (stopAt !== undefined && (step % checkEvery === 0 || step === stepsInEpoch)) {
        const value = trainingLoss();
        if (value <= stopAt) {
          history.push({ epoch, loss: value, retry: start.retry });
          options.onEpoch?.(history[history.length - 1]);
          return finish("target", epoch, value);
        }
      }
    }
    history.push({ epoch, loss: sum / n, retry: start.retry });
    options.onEpoch?.(history[history.length - 1]);
    if (!Number.isFinite(sum)) throw new NumericalError(`train: the loss is ${sum} in epoch ${epoch}. Use a smaller learning rate or clip the gradient.`, { epoch });
    if (options.stuck !== false) {
      const { patience = 5, below = 0.97 } = options.stuck ?? {};
      if (epoch === patience && sum / n > below * loss.constantRisk(samples.target)) return undefined;
    }
  }
  return finish("epochs", epochs, trainingLoss());
}

/** Name, shape and count of every block of θ, as rows for a table. */
export function describeParameters(network: Network): { layer: string; role: string; shape: string; parameters: number }[] {
  return parameterBlocks(network).map(({ layer, role, shape }) => ({ layer, role, shape: shape.join("×"), parameters: size(shape) }));
}

import { aLoss, aNetwork, checkNetwork } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import {
  callable,
  count,
  having,
  limit,
  list,
  optional,
  positive,
  real,
  record,
  stream,
  vector,
  word,
} from "../../core/arguments/kinds.js";
import { ConfigError, NotConvergedError, ShapeError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import type { Rng } from "../../core/random/rng.js";
import { checkFinite, size } from "../../core/tensor.js";
import { checkWeights } from "../../core/weights.js";
import { kaimingNormal } from "../network/initialise.js";
import { trainable } from "../network/trainable.js";
import { checkTargets, type Loss } from "../losses/loss.js";
import { checkParameters, parameterBlocks, shapes, type Network } from "../network/network.js";
import { epochsOf, type StuckStart } from "./epochs.js";
import { defaultOptimiser } from "./optimiser.js";
import { checkStrength, l1Strengths } from "../losses/penalties.js";
import { checkSamples, type Samples } from "../losses/risk.js";
import { weighed } from "../losses/weighed.js";
import { sourceOf, targetsOf, type SampleSource } from "../network/sampleSource.js";
import { singleEngine } from "../single/engine.js";
import { gradientEngine, projectBiases, type TrainingEngine } from "./trainingEngine.js";
import { storeOf, type TrainingStore } from "./savedTraining.js";
import "./trainingStore.js"; // not in a page's bundle
import type { Checkpoint, TrainEpoch, TrainOptions, TrainResult } from "./trainOptions.js";

/**
 * Minimise the risk by stochastic gradients. Samples with weights are drawn like others, and each
 * loss counts by its weight over the mean weight of all: the mean of a step's gradients is that of
 * the risk, whatever batch a sample is in. Sample orders, augmentation and dropout are forked by
 * the epoch's number, so a run resumed from a checkpoint continues exactly as if it had not been
 * interrupted.
 *
 * @param samples  in memory, or a source that reads them when they are needed
 * @throws ShapeError, NumericalError if data and network do not fit, or the loss stops being a
 *   number
 * @throws ConfigError  for targets that the loss does not take, or options that make no sense
 * @throws NotConvergedError  if every start is stuck
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(1, 1)]);
 * const x = core.tensor([50, 1], Array.from({ length: 50 }, (_, n) => n / 50));
 * const samples = { x, target: core.tensor([50, 1], x.data.map((v) => 3 * v - 1)) };
 * const rng = core.makeRng(1);
 * const { theta } = nn.train(network, samples, { loss: nn.meanSquaredError, epochs: 200, rng });
 * console.log(theta[0].toFixed(1), theta[1].toFixed(1)); // → 3.0 -1.0
 * ```
 */
export function train(
  network: Network,
  samples: Samples | SampleSource,
  options: TrainOptions,
  resume?: Checkpoint,
): TrainResult {
  takes("train", {
    network: [network, aNetwork],
    samples: [samples, record({}, "{ x, target }, or a source of samples")],
    options: [options, trainOptions],
  });
  if (options.trainable !== undefined) return trainPart(network, samples, options, resume);
  const {
    rng,
    theta,
    initialise = kaimingNormal,
    stuck = {},
    optimiser = defaultOptimiser,
  } = options;
  const store = storeOf(network, samples, options, optimiser);
  if (store && resume)
    throw new ConfigError(
      "train: a checkpoint is given twice, as a file and as an argument. Leave one out.",
    );
  const saved = store?.read();
  if (saved?.result) return saved.result;
  const retries = stuck === false ? 0 : (stuck.retries ?? 3);
  const from = resume ?? saved?.checkpoint;
  for (let retry = from?.retry ?? 0; ; retry++) {
    const stream = retry === 0 ? rng : rng.fork(`retry ${retry}`);
    const start: Checkpoint =
      from?.retry === retry
        ? from
        : fresh(network, options, theta ?? initialise(network, stream.fork("weights")), retry);
    const earlier = saved && start === saved.checkpoint ? saved.history : [];
    const result = run(network, samples, options, stream, start, earlier, store);
    if (!("stuck" in result)) return result;
    if (retry === retries || theta) {
      const { epoch, loss, constant } = result;
      throw new NotConvergedError(
        `train: the loss stayed at that of a constant output in ${retry + 1} start(s): ${loss.toPrecision(3)} after epoch ${epoch}, that of the best constant is ${constant.toPrecision(3)}. ` +
          "Use another seed, a smaller learning rate or a larger initialisation; what is slow rather than stuck wants targets of unit size, or stuck: { patience: 20 }.",
        { starts: retry + 1, epoch, loss, constant },
      );
    }
  }
}

/** What `lengths`, `engineFor` and `checkSamples` do not look at anyhow. */
const trainOptions = record({
  loss: aLoss,
  rng: stream,
  optimiser: optional(having("an optimiser such as nn.adam()", "start", "update")),
  schedule: optional(callable),
  augment: optional(having("an augmentation such as nn.signFlips", "apply")),
  backend: optional(having("a backend such as interop.tfjsBackend(tf)", "engine")),
  theta: optional(vector()),
  trainable: optional(list),
  initialise: optional(callable),
  clip: optional(limit),
  stopAt: optional(real),
  checkEvery: optional(count(1)),
  stuck: optional((value, name) =>
    value === false
      ? undefined
      : record({
          patience: optional(count(1)),
          below: optional(positive),
          retries: optional(count()),
        })(value, name),
  ),
  validation: optional(record({}, "samples { x, target }")),
  keep: optional(word(["last", "lowestLoss", "bestAccuracy"])),
  onEpoch: optional(callable),
});

/** Training of some parameters: that of the network which has no others. */
function trainPart(
  network: Network,
  samples: Samples | SampleSource,
  { trainable: names, theta, l1, ...options }: TrainOptions,
  resume?: Checkpoint,
): TrainResult {
  if (theta === undefined)
    throw new ConfigError("train: what is not trainable stays as theta has it. Give theta.");
  if (typeof l1 === "object")
    throw new ConfigError(
      "train: strengths of single parameters or of a first layer mean those of the whole network. Give one number as l1 beside trainable.",
    );
  const part = trainable(network, theta, names!);
  if (part.whole(part.theta).network !== network)
    throw new ConfigError(
      "train: a batch normalisation is trainable that has no parameters in theta. Train what nn.trainable makes of the network.",
    );
  const own = { ...options, theta: part.theta, ...(l1 !== undefined && { l1 }) };
  const found = train(part.network, samples, own, resume);
  const whole = (of: Float64Array): Float64Array => part.whole(of).theta;
  const { kept } = found;
  return {
    ...found,
    theta: whole(found.theta),
    ...(kept && { kept: { ...kept, theta: whole(kept.theta) } }),
  };
}

function fresh(
  network: Network,
  { optimiser = defaultOptimiser, biases }: TrainOptions,
  theta: Float64Array,
  retry: number,
): Checkpoint {
  const own = theta.slice();
  if (biases === "non-positive") projectBiases(network, own);
  return { theta: own, optimiser: optimiser.start(network.parameterCount), epoch: 0, retry };
}

/** One start. */
function run(
  network: Network,
  samples: Samples | SampleSource,
  options: TrainOptions,
  rng: Rng,
  start: Checkpoint,
  earlier: readonly TrainEpoch[],
  store: TrainingStore | undefined,
): TrainResult | StuckStart {
  const given = "readInput" in samples ? undefined : samples;
  if (given) checkSamples(network, start.theta, given, "train", options.loss);
  const inMemory = given && weighed(given);
  const source = inMemory ? sourceOf(inMemory) : (samples as SampleSource);
  if (!inMemory) checkSource(network, start.theta, source, options.loss);
  const { epochs, steps, batchSize } = lengths(options, source.count);
  const engine = engineFor(network, source, options, batchSize, start);
  try {
    const parts = { network, inMemory, source, options, rng, start, engine, earlier, store };
    const result = epochsOf({ ...parts, epochs, steps, batchSize });
    if (!("stuck" in result)) {
      const { checkpoint, history } = result;
      store?.write({ checkpoint, history, result });
    }
    return result;
  } finally {
    engine.dispose?.();
  }
}

function engineFor(
  network: Network,
  { inputShape, weights }: SampleSource,
  options: TrainOptions,
  batchSize: number,
  start: Checkpoint,
): TrainingEngine {
  const {
    loss,
    l2 = 0,
    l1,
    clip = Infinity,
    biases = "free",
    optimiser = defaultOptimiser,
    precision,
    backend,
  } = options;
  checkStrength(l2, "train: l2");
  oneOf(biases, ["free", "non-positive"], "train: biases");
  if (precision !== undefined) oneOf(precision, ["float64", "float32"], "train: precision");
  if (backend && precision)
    throw new ConfigError(
      `train: the precision is that of the backend ${backend.name}. Leave precision out.`,
    );
  const make = backend
    ? backend.engine.bind(backend)
    : precision === "float32"
      ? engineInSinglePrecision
      : gradientEngine;
  const engine = make(network, inputShape, start, {
    weighted: weights !== undefined,
    loss,
    l2,
    l1: l1Strengths(network, l1),
    clip,
    biases,
    optimiser,
    batchSize,
  });
  if (weights === undefined || engine.weights !== undefined) return engine;
  engine.dispose?.();
  throw new ConfigError(
    `train: the backend ${backend?.name} knows no weights of samples. Train without it.`,
  );
}

/** Stages that update parameters where their gradient is made, or the evaluator of any network. */
const engineInSinglePrecision: typeof gradientEngine = (network, inputShape, start, options) =>
  singleEngine(network, inputShape, start, options) ??
  gradientEngine(network, inputShape, start, options, "float32");

/** `epochs` where `steps` is undefined. */
function lengths(
  { epochs, steps, batchSize = 50 }: TrainOptions,
  n: number,
): { epochs: number; steps: number | undefined; batchSize: number } {
  const given = steps === undefined ? (["epochs", epochs] as const) : (["steps", steps] as const);
  for (const [what, value] of [given, ["batchSize", batchSize]] as const) {
    if (!Number.isInteger(value) || value! < 1)
      throw new ConfigError(`train: ${what} must be a whole number ≥ 1, got ${value}.`);
  }
  if (steps !== undefined && epochs !== undefined)
    throw new ConfigError(`train: epochs is ${epochs} and steps is ${steps}. Give one of the two.`);
  return { epochs: epochs ?? 0, steps, batchSize: Math.min(batchSize, n) };
}

function checkSource(
  network: Network,
  theta: Float64Array,
  source: SampleSource,
  loss: Loss,
): void {
  const { count, inputShape, outputs } = source;
  checkParameters(network, theta);
  checkFinite(theta, "train: theta");
  if (!(Number.isInteger(count) && count >= 1))
    throw new ShapeError(`train: the source has ${count} samples. It needs at least one.`, {
      count,
    });
  if (source.weights !== undefined) checkWeights(source.weights, count, "train");
  const out = shapes(network, inputShape)[network.nodes.length];
  if (out.length !== 1 || out[0] !== outputs) {
    throw new ShapeError(
      `train: targets must have shape [n, ${out}] as the network's output, the source has ${outputs} numbers for each sample.`,
      { outputs },
    );
  }
  checkTargets(loss, targetsOf(source), "train");
}

/** Name, shape and count of every block of θ, as rows for a table. */
export function describeParameters(
  network: Network,
): { layer: string; role: string; shape: string; parameters: number }[] {
  checkNetwork(network, "describeParameters");
  return parameterBlocks(network).map(({ layer, role, shape }) => ({
    layer,
    role,
    shape: shape.join("×"),
    parameters: size(shape),
  }));
}

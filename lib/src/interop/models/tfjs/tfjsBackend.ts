import { ConfigError } from "../../../core/errors.js";
import { size } from "../../../core/tensor.js";
import type { UpdateRule } from "../../../nn/training/optimiser.js";
import { addLosses } from "../../../nn/losses/riskTerms.js";
import type {
  EngineOptions,
  TrainingBackend,
  TrainingEngine,
} from "../../../nn/training/trainingEngine.js";
import { shapes } from "../../../nn/network/network.js";
import { lastIndices } from "./channelOrder.js";
import { kerasModel } from "./exporter.js";
import {
  operationsOf,
  type Tfjs,
  type TfjsOperations,
  type TfjsTensor,
  type TfjsVariable,
} from "./module.js";
import { tfjsOptimiser } from "./tfjsOptimiser.js";
import { builtModel } from "./toTfjs.js";

/**
 * Makes the steps of `train` in TensorFlow.js: `train(network, data, { backend: tfjsBackend(tf), …
 * })`. The network becomes a model there, gradients and updates are computed by the module on
 * whatever it runs, in single precision; the loss and its gradient at the output are ours, in
 * double. Batches, augmentation and seeds of dropout come from our streams, so a run repeats itself
 * on one kind of machine; masks of dropout are drawn by TensorFlow.js and differ from ours.
 *
 * @param tf  the module, `@tensorflow/tfjs` or `@tensorflow/tfjs-node`
 */
export function tfjsBackend(tf: Tfjs): TrainingBackend {
  const ops = operationsOf(tf, "tfjsBackend");
  return {
    name: "TensorFlow.js",
    engine: (network, inputShape, start, options) =>
      tfjsEngine(ops, network, inputShape, start, options),
  };
}

function tfjsEngine(
  ops: TfjsOperations,
  ...[network, inputShape, start, options]: Parameters<TrainingBackend["engine"]>
): TrainingEngine {
  const { loss, l2, l1, clip, biases, optimiser, batchSize } = options;
  const rule = ruleOf(options);
  const keras = kerasModel(network, { inputShape }, "tfjsBackend");
  const { model, layers } = builtModel(ops, keras, start.theta, network.name);
  const weights = keras.layers.flatMap(({ name, weights: own = [] }) =>
    own.map(({ role, shape, places }, k) => ({
      role,
      shape,
      places,
      variable: layers.get(name)!.weights[k].read() as TfjsVariable,
    })),
  );
  const droppers = keras.layers.flatMap(({ className, name }) =>
    className === "Dropout" ? [layers.get(name) as { seed?: number }] : [],
  );
  const variables = weights.map(({ variable }) => variable);
  const penalties = weights.map(({ places }) =>
    Float32Array.from(places, (p) => (typeof l1 === "number" ? l1 : l1[p])),
  );
  const penalised = penalties.some((strengths) => strengths.some((strength) => strength !== 0));

  const shape = shapes(network, inputShape);
  const [width, out] = [size(inputShape), size(shape[shape.length - 1])];
  const order = inputShape.length === 1 ? undefined : lastIndices(inputShape);
  const [x, target] = [new Float32Array(batchSize * width), new Float64Array(batchSize * out)];
  const [values, g] = [new Float64Array(batchSize), new Float64Array(batchSize * out)];
  const toTensor = (values32: ArrayLike<number>, own: readonly number[]): TfjsTensor =>
    ops.tensor(Float32Array.from(values32), own);
  const batch = (count: number): TfjsTensor => {
    const ordered = new Float32Array(count * width);
    if (!order) ordered.set(x.subarray(0, ordered.length));
    else
      for (let n = 0; n < count; n++)
        for (let f = 0; f < width; f++) ordered[n * width + order[f]] = x[n * width + f];
    return ops.tensor(ordered, [count, ...keras.inputShape]);
  };
  const forward = (count: number, training: boolean): TfjsTensor =>
    model.apply(batch(count) as never, { training } as never) as TfjsTensor;
  const sumOf = (z: Float64Array, count: number): number =>
    addLosses(0, loss, z, target, count, out, values);
  const theta = (of: readonly ArrayLike<number>[]): Float64Array => {
    const all = new Float64Array(network.parameterCount);
    weights.forEach(({ places }, k) => places.forEach((p, at) => (all[p] = of[k][at])));
    return all;
  };
  const blocks = (flat: Float64Array): TfjsTensor[] =>
    weights.map(({ places, shape: own }) =>
      toTensor(
        Float32Array.from(places, (p) => flat[p]),
        own,
      ),
    );
  const updates = tfjsOptimiser(
    ops,
    rule,
    optimiser.learningRate,
    start.optimiser,
    variables,
    blocks,
  );
  let step = start.optimiser.step;

  return {
    x,
    target,
    losses: (count) =>
      ops.tidy(() => sumOf(Float64Array.from(forward(count, false).dataSync()), count)),
    step: (count, scale, noise) =>
      ops.tidy(() => {
        let sum = 0;
        for (const dropper of droppers) dropper.seed = noise?.integer(2 ** 31 - 1);
        const { grads } = ops.variableGrads(() => {
          const z = forward(count, noise !== undefined);
          const outputs = Float64Array.from(z.dataSync());
          sum = sumOf(outputs, count);
          loss.gradient(outputs, target, count, out, g);
          return ops.sum(
            ops.mul(
              z,
              toTensor(
                g.subarray(0, count * out).map((value) => value / count),
                [count, out],
              ),
            ),
          );
        }, variables);
        let gradients = variables.map((variable, k) => {
          let own = grads[variable.name];
          if (l2 !== 0) own = ops.add(own, ops.mul(variable, ops.scalar(l2)));
          if (penalised)
            own = ops.add(
              own,
              ops.mul(ops.sign(variable), toTensor(penalties[k], weights[k].shape)),
            );
          return own;
        });
        if (clip !== Infinity) {
          const norm = Math.sqrt(
            gradients.reduce(
              (squares, own) => squares + ops.sum(ops.mul(own, own)).dataSync()[0],
              0,
            ),
          );
          if (norm > clip)
            gradients = gradients.map((own) => ops.mul(own, ops.scalar(clip / norm)));
        }
        updates.apply(gradients, scale);
        step++;
        if (biases === "non-positive") {
          weights.forEach(({ role, variable }) => {
            if (role === "bias") variable.assign(ops.minimum(variable, ops.scalar(0)));
          });
        }
        return sum;
      }),
    theta: () => theta(variables.map((variable) => variable.dataSync())),
    optimiser: () => ({ step, moments: updates.moments().map(theta) }),
    dispose() {
      updates.dispose();
      model.dispose();
    },
  };
}

function ruleOf({ optimiser }: EngineOptions): UpdateRule {
  if (optimiser.rule) return optimiser.rule;
  throw new ConfigError(
    `train: TensorFlow.js is given sgd and adam, not ${optimiser.name}. Train without a backend.`,
  );
}

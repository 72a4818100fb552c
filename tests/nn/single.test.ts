import { makeRng, tensor } from "phaselens/core";
import {
  adam,
  add,
  averagePool,
  conv1d,
  conv2d,
  conv3d,
  cosineSchedule,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  graph,
  kaimingNormal,
  layerNorm,
  leakyRelu,
  maxPool,
  meanSquaredError,
  multiHeadAttention,
  relu,
  reshape,
  sequential,
  sgd,
  signFlips,
  softmaxCrossEntropy,
  tanh,
  train,
  type Layer,
  type Network,
  type Samples,
  type TrainOptions,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { relativeToMaximum } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

/** Chains of every layer that single precision knows, with the shape of their inputs. */
const chains: Record<string, readonly [readonly number[], readonly Layer[]]> = {
  "dense layers of odd widths": [
    [7],
    [dense(7, 13), relu(), dense(13, 6), leakyRelu(0.2), dense(6, 3)],
  ],
  "a rectifier on the input": [[5], [relu(), dense(5, 3)]],
  "wide dense layers": [[70], [dense(70, 300), relu(), dense(300, 3)]],
  "a layer of Table III in small": [
    [1, 6, 6, 6],
    [
      conv3d(1, 5, 2),
      relu(),
      maxPool(2),
      flatten(),
      dense(40, 9),
      relu(),
      dense(9, 3),
      leakyRelu(0.01),
    ],
  ],
  "pooling before the rectifier": [
    [1, 7, 5],
    [conv2d(1, 3, 2), maxPool(2), leakyRelu(0.1), flatten(), dense(18, 3)],
  ],
  "pooling alone between": [
    [2, 9],
    [conv1d(2, 4, 3), maxPool(3), flatten(), dense(8, 3)],
  ],
  "two convolutions, poolings and paddings": [
    [2, 26],
    [
      conv1d(2, 3, 5, { padding: 1 }),
      maxPool(2),
      relu(),
      conv1d(3, 6, 3),
      maxPool(2),
      relu(),
      conv1d(6, 3, 2, { padding: 1 }),
      averagePool(2),
      relu(),
      flatten(),
      dense(9, 3),
    ],
  ],
  strides: [
    [2, 9, 7],
    [
      conv2d(2, 3, [3, 2], { padding: 1, stride: 2 }),
      relu(),
      conv2d(3, 7, 2, { stride: 3 }),
      leakyRelu(0.3),
      flatten(),
      dense(14, 3),
    ],
  ],
  "another stride, padding and dilation along each axis": [
    [2, 9, 7],
    [
      conv2d(2, 3, [3, 2], { padding: [[0, 2], 1], stride: [2, 1], dilation: [1, 3] }),
      relu(),
      conv2d(3, 5, 2, { dilation: [2, 1] }),
      maxPool(2),
      flatten(),
      dense(10, 3),
    ],
  ],
  "a stride before pooling": [
    [1, 30],
    [conv1d(1, 4, 3, { stride: 2 }), relu(), maxPool(2), flatten(), dense(28, 3)],
  ],
  "convolution straight into flatten": [
    [1, 5, 5],
    [conv2d(1, 2, 2), flatten(), dense(32, 3)],
  ],
  "global mean in three dimensions": [
    [2, 5, 4, 3],
    [conv3d(2, 3, 2), relu(), conv3d(3, 8, [2, 2, 1]), relu(), globalAveragePool(), dense(8, 3)],
  ],
  "kernels of one site": [
    [3, 11],
    [conv1d(3, 4, 1), relu(), conv1d(4, 2, 1), flatten(), dense(22, 3)],
  ],
  "means of rectified values": [
    [1, 12],
    [conv1d(1, 3, 3), relu(), averagePool(2), flatten(), dense(15, 3)],
  ],
};

function problem(name: string, seed: number): { network: Network; samples: Samples } {
  const [shape, layers] = chains[name];
  const n = 11;
  return {
    network: sequential(layers),
    samples: { x: randomTensor([n, ...shape], seed), target: randomTensor([n, 3], seed + 1) },
  };
}

const base: Omit<TrainOptions, "rng"> = {
  loss: meanSquaredError,
  epochs: 4,
  batchSize: 4,
  stuck: false,
  schedule: cosineSchedule,
};

/** Largest differences in history and θ, both relative. */
function difference(
  network: Network,
  samples: Samples,
  options: Partial<TrainOptions>,
): { history: number; theta: number } {
  const initialise: TrainOptions["initialise"] = (net, rng) =>
    kaimingNormal(net, rng).map((v) => (v === 0 ? 0.1 * rng.normal() : v));
  const [slow, fast] = (["float64", "float32"] as const).map((precision) =>
    train(network, samples, { ...base, initialise, rng: makeRng(5), ...options, precision }),
  );
  const losses = ({ history, loss }: typeof slow): number[] => [
    ...history.map((one) => one.loss),
    loss,
  ];
  return {
    history: relativeToMaximum(losses(fast), losses(slow)),
    theta: relativeToMaximum(fast.theta, slow.theta),
  };
}

describe("training in single precision", () => {
  // A step of rounding is 6e-8; twelve steps may pass it on a few ten times
  it.each(Object.keys(chains))("makes the same steps as double precision › %s", (name) => {
    const { network, samples } = problem(name, 3);
    const { history, theta } = difference(network, samples, {
      optimiser: sgd({ learningRate: 0.05, momentum: 0.9 }),
    });
    expect(history).toBeLessThan(1e-5);
    expect(theta).toBeLessThan(1e-5);
  });

  const variants: Record<string, Partial<TrainOptions>> = {
    // ε large: else tiny gradients take steps of full size with a sign made by rounding
    adam: { optimiser: adam({ learningRate: 0.003, epsilon: 1e-3 }) },
    clipping: { clip: 0.05 },
    "l2 and l1 on everything": { l2: 0.1, l1: 0.01 },
    "lasso on the first layer": { l1: { firstLayer: 0.05 } },
    "biases ≤ 0": { biases: "non-positive" },
    "sign flips": { augment: signFlips },
    "a batch larger than the data": { batchSize: 100 },
    "a batch of one": { batchSize: 1 },
    "a number of steps": { epochs: undefined, steps: 7 },
  };
  it.each(Object.keys(variants))("so it does with %s", (name) => {
    for (const chain of [
      "a layer of Table III in small",
      "two convolutions, poolings and paddings",
    ]) {
      const { network, samples } = problem(chain, 4);
      const { history, theta } = difference(network, samples, {
        optimiser: sgd({ learningRate: 0.02, momentum: 0.9 }),
        ...variants[name],
      });
      expect(history).toBeLessThan(1e-5);
      expect(theta).toBeLessThan(2e-5);
    }
  });

  it("is a function of its seed, bit for bit", () => {
    const { network, samples } = problem("a layer of Table III in small", 5);
    const once = (seed: number): Float64Array =>
      train(network, samples, {
        ...base,
        optimiser: adam(),
        precision: "float32",
        rng: makeRng(seed),
      }).theta;
    expect(once(1)).toEqual(once(1));
    expect(once(2)).not.toEqual(once(1));
  });

  it.each([sgd({ learningRate: 0.01, momentum: 0.9 }), adam()])(
    "resumed from a checkpoint with $name goes on bit for bit",
    (optimiser) => {
      const { network, samples } = problem("a layer of Table III in small", 6);
      const options: TrainOptions = {
        ...base,
        schedule: () => 1,
        optimiser,
        augment: signFlips,
        precision: "float32",
        rng: makeRng(7),
      };
      const whole = train(network, samples, { ...options, epochs: 9 });
      const half = train(network, samples, { ...options, epochs: 4 });
      const rest = train(
        network,
        samples,
        { ...options, epochs: 9 },
        structuredClone(half.checkpoint),
      );
      expect(rest.theta).toEqual(whole.theta);
      expect(rest.checkpoint.optimiser).toEqual(whole.checkpoint.optimiser);
    },
  );

  it("learns as well: three phases of points in the plane", () => {
    const x = randomTensor([300, 2], 1);
    const target = tensor([300, 3]);
    for (let n = 0; n < 300; n++)
      target.data[
        3 * n + Math.floor((Math.atan2(x.data[2 * n], x.data[2 * n + 1]) / Math.PI + 1) * 1.4999)
      ] = 1;
    const network = sequential([dense(2, 32), relu(), dense(32, 3)]);
    const options: TrainOptions = {
      loss: softmaxCrossEntropy,
      epochs: 60,
      batchSize: 16,
      optimiser: adam({ learningRate: 0.01 }),
      rng: makeRng(1),
      schedule: cosineSchedule,
    };
    const [slow, fast] = (["float64", "float32"] as const).map(
      (precision) => train(network, { x, target }, { ...options, precision }).loss,
    );
    expect(slow).toBeLessThan(0.1);
    expect(fast).toBeLessThan(0.1);
  });

  it("notices stuck starts and a loss that is no number", () => {
    const network = sequential([dense(2, 8), relu(), dense(8, 1)]);
    const samples = { x: randomTensor([40, 2], 1), target: randomTensor([40, 1], 2) };
    const options: TrainOptions = {
      loss: meanSquaredError,
      rng: makeRng(1),
      epochs: 6,
      precision: "float32",
    };
    const dead: TrainOptions["initialise"] = (net) =>
      new Float64Array(net.parameterCount).fill(-10, 16, 24);
    expect(() =>
      train(network, samples, {
        ...options,
        initialise: dead,
        optimiser: adam({ learningRate: 1e-6 }),
      }),
    ).toThrow(/the loss stayed at that of a constant output in 4 start/);
    expect(() =>
      train(network, samples, { ...options, optimiser: sgd({ learningRate: 1e9 }) }),
    ).toThrow(/train: the loss is (NaN|Infinity) in epoch \d+/);
  });

  const inputs = randomTensor([6, 12], 3);
  const beyond: Record<string, readonly [Network, Partial<TrainOptions>?]> = {
    "a smooth function": [sequential([dense(12, 5), tanh(), dense(5, 2)])],
    "a slope below 0": [sequential([dense(12, 5), leakyRelu(-0.1), dense(5, 2)])],
    dropout: [sequential([dense(12, 6), dropout(0.5), dense(6, 2)])],
    "l1 of its own for each parameter": [
      sequential([dense(12, 2)]),
      { l1: Float64Array.from({ length: 26 }, (_, p) => 0.01 * p) },
    ],
    "an optimiser of one's own": [
      sequential([dense(12, 5), relu(), dense(5, 2)]),
      { optimiser: { ...sgd({ learningRate: 0.05 }), name: "my own", rule: undefined } },
    ],
    branches: [
      graph({ x: [12] }, ({ x }, then) => {
        const inner = then(relu(), then(dense(12, 12), x));
        return then(dense(12, 2), then(add(), x, inner));
      }),
    ],
    attention: [
      graph({ x: [12] }, ({ x }, then) => {
        const objects = then(reshape([4, 3]), x);
        const seen = then(multiHeadAttention(4, 2), then(layerNorm(4), objects));
        return then(dense(12, 2), then(flatten(), then(add(), objects, seen)));
      }),
    ],
  };
  it.each(Object.keys(beyond))("makes the same steps beyond its stages, too › %s", (name) => {
    const [network, options] = beyond[name];
    const samples = { x: inputs, target: randomTensor([6, 2], 4) };
    const { history, theta } = difference(network, samples, {
      optimiser: sgd({ learningRate: 0.05, momentum: 0.9 }),
      ...options,
    });
    expect(history).toBeLessThan(1e-5);
    expect(theta).toBeLessThan(1e-5);
  });
});

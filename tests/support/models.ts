import { makeRng, tensor, type Tensor } from "phaselens/core";
import {
  add,
  averagePool,
  concat,
  conv1d,
  conv2d,
  conv3d,
  dense,
  dropout,
  elu,
  flatten,
  globalAveragePool,
  globalMaxPool,
  graph,
  kaimingNormal,
  leakyRelu,
  maxPool,
  meanSquaredError,
  relu,
  reshape,
  sequential,
  sigmoid,
  softmaxCrossEntropy,
  softplus,
  tanh,
  type Loss,
  type Network,
  type Samples,
} from "phaselens/nn";
import { interactionNetwork } from "phaselens/taggers";

export const randomTensor = (shape: readonly number[], seed: number): Tensor => {
  const rng = makeRng(seed, "tensor");
  const t = tensor(shape);
  return { shape, data: t.data.map(() => rng.normal()) };
};

export interface Problem {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly samples: Samples;
  readonly loss: Loss;
}

function classify(
  network: Network,
  input: readonly number[],
  classes: number,
  seed: number,
  n = 5,
): Problem {
  const rng = makeRng(seed, "labels");
  const target = tensor([n, classes]);
  for (let s = 0; s < n; s++) target.data[s * classes + rng.integer(classes)] = 1;
  return {
    network,
    theta: weights(network, seed),
    samples: { x: randomTensor([n, ...input], seed + 1), target },
    loss: softmaxCrossEntropy,
  };
}

function regress(
  network: Network,
  input: readonly number[],
  out: number,
  seed: number,
  n = 5,
): Problem {
  return {
    network,
    theta: weights(network, seed),
    samples: { x: randomTensor([n, ...input], seed + 1), target: randomTensor([n, out], seed + 2) },
    loss: meanSquaredError,
  };
}

/** Biases too are drawn, so that nothing vanishes by accident. */
function weights(network: Network, seed: number): Float64Array {
  const theta = kaimingNormal(network, makeRng(seed, "theta"));
  const rng = makeRng(seed, "bias");
  return theta.map((v) => (v === 0 ? 0.3 * rng.normal() : v));
}

/**
 * Small problems shared by every test that needs "some model": every layer, smooth and piecewise
 * linear, chains and branches.
 */
export const problems: Record<string, (seed: number) => Problem> = {
  "linear regression": (s) => regress(sequential([dense(3, 2)]), [3], 2, s),
  "relu perceptron, three classes": (s) =>
    classify(
      sequential([dense(4, 6), relu(), dense(6, 5), leakyRelu(0.2), dense(5, 3)]),
      [4],
      3,
      s,
    ),
  "tanh and softplus perceptron": (s) =>
    regress(sequential([dense(3, 4), tanh(), dense(4, 4), softplus(), dense(4, 2)]), [3], 2, s),
  "sigmoid output": (s) =>
    regress(sequential([dense(3, 4), sigmoid(), dense(4, 2), sigmoid()]), [3], 2, s),
  "conv1d with both poolings (Dawid, Fig. 7a, in small)": (s) =>
    classify(
      sequential([
        conv1d(1, 3, 5, { padding: 1 }),
        maxPool(2),
        relu(),
        conv1d(3, 4, 3),
        maxPool(2),
        relu(),
        conv1d(4, 3, 2, { padding: 1 }),
        averagePool(2),
        relu(),
        flatten(),
        dense(9, 2),
      ]),
      [1, 26],
      2,
      s,
    ),
  "conv1d with global average (Dawid, Fig. 7b, in small)": (s) =>
    classify(
      sequential([
        conv1d(1, 3, 5, { padding: 1 }),
        maxPool(2),
        relu(),
        conv1d(3, 4, 3),
        relu(),
        conv1d(4, 5, 2),
        relu(),
        globalAveragePool(),
        dense(5, 2),
      ]),
      [1, 30],
      2,
      s,
    ),
  "leaky slopes into a mean": (s) =>
    classify(
      sequential([
        conv1d(2, 3, 3),
        leakyRelu(0.3),
        averagePool(3),
        conv1d(3, 2, 2),
        leakyRelu(0.1),
        globalAveragePool(),
        dense(2, 3),
      ]),
      [2, 14],
      3,
      s,
    ),
  "conv2d, strided and padded": (s) =>
    classify(
      sequential([
        conv2d(2, 3, 3, { padding: 1, stride: 2 }),
        relu(),
        conv2d(3, 4, [2, 1]),
        tanh(),
        maxPool(2),
        flatten(),
        dense(4, 3),
      ]),
      [2, 6, 4],
      3,
      s,
    ),
  conv3d: (s) =>
    regress(
      sequential([
        conv3d(1, 3, 2),
        relu(),
        conv3d(3, 2, [1, 2, 2], { stride: 2 }),
        softplus(),
        globalAveragePool(),
        dense(2, 1),
      ]),
      [1, 4, 4, 4],
      1,
      s,
    ),
  "dropout is off outside training": (s) =>
    classify(sequential([dense(4, 6), relu(), dropout(0.5), dense(6, 2)]), [4], 2, s),
  "windows that overlap and reach into the padding": (s) =>
    classify(
      sequential([
        conv2d(2, 3, [3, 2], {
          padding: [
            [1, 2],
            [0, 1],
          ],
          stride: [2, 1],
          dilation: [1, 2],
        }),
        elu(0.7),
        maxPool([3, 2], {
          stride: [1, 2],
          padding: [
            [1, 1],
            [0, 1],
          ],
        }),
        conv2d(3, 2, [2, 1]),
        relu(),
        averagePool([2, 3], {
          stride: [1, 2],
          padding: [
            [0, 1],
            [1, 1],
          ],
        }),
        flatten(),
        dense(12, 3),
      ]),
      [2, 7, 8],
      3,
      s,
    ),
  "the largest of all space, reshaped": (s) =>
    classify(
      graph((input, then) => {
        const a = then(
          relu(),
          then(conv1d(1, 3, 3, { dilation: 2, padding: [[2, 1]] }), then(reshape([1, 10]), input)),
        );
        const [b, c] = [
          then(globalMaxPool(), a),
          then(flatten(), then(averagePool([3], { stride: 2 }), a)),
        ];
        return then(dense(15, 2), then(concat(), b, c));
      }),
      [10],
      2,
      s,
    ),
  "residual sum": (s) =>
    classify(
      graph((input, then) => {
        const a = then(conv1d(1, 3, 3, { padding: 1 }), input);
        const b = then(conv1d(3, 3, 3, { padding: 1 }), then(relu(), a));
        return then(dense(3, 2), then(globalAveragePool(), then(relu(), then(add(), a, b))));
      }),
      [1, 8],
      2,
      s,
    ),
  "branches joined, smooth and not": (s) =>
    classify(
      graph((input, then) => {
        const a = then(tanh(), then(conv1d(2, 2, 3, { padding: 1 }), input));
        const b = then(maxPool(2), then(relu(), then(conv1d(2, 3, 3, { padding: 1 }), input)));
        const c = then(averagePool(2), a);
        const joined = then(relu(), then(conv1d(5, 3, 1), then(concat(), b, c)));
        return then(dense(12, 3), then(flatten(), joined));
      }),
      [2, 8],
      3,
      s,
    ),
  "interaction network": (s) => {
    const problem = classify(
      interactionNetwork({
        hidden: 5,
        edge: 3,
        object: 4,
        tracks: 4,
        trackFeatures: 3,
        vertices: 2,
        vertexFeatures: 2,
      }),
      [16],
      2,
      s,
    );
    // sums over pairs make outputs large otherwise
    return { ...problem, theta: problem.theta.map((v) => 0.6 * v) };
  },
  "one value read by three": (s) =>
    regress(
      graph((input, then) => {
        const h = then(dense(4, 4), input);
        const [a, b] = [then(relu(), h), then(tanh(), h)];
        return then(dense(4, 2), then(add(), a, b, h));
      }),
      [4],
      2,
      s,
    ),
};

// Small networks that train within a second: two architectures, with and without kinks, stopped
// early and trained on until nothing changes.
import { core, hessian, nn } from "phaselens";

const POINTS = 160;
const TESTS = 40;

const mlp = (activation, kind) =>
  nn.sequential(
    [nn.dense(4, 8), activation(), nn.dense(8, 8), activation(), nn.dense(8, 1)],
    `mlp ${kind}`,
  );

const cnn = (activation, pool, kind) =>
  nn.sequential(
    [nn.conv1d(1, 4, 3), pool(2), activation(), nn.flatten(), nn.dense(20, 2)],
    `cnn ${kind}`,
  );

/** y = sin 2x₁ + x₂x₃ + noise of .3, [n, 4] → [n, 1]. */
function noisyFunction(rng, n) {
  const x = core.tensor(
    [n, 4],
    Float64Array.from({ length: 4 * n }, () => rng.normal()),
  );
  const target = core.tensor([n, 1]);
  for (let k = 0; k < n; k++) {
    const [a, b, c] = core.row(x, k);
    target.data[k] = Math.sin(2 * a) + b * c + 0.3 * rng.normal();
  }
  return { x, target };
}

/** Whether neighbours on a chain of 12 have like signs on the whole; one label in ten is wrong. */
function noisyChains(rng, n) {
  const x = core.tensor(
    [n, 1, 12],
    Float64Array.from({ length: 12 * n }, () => rng.normal()),
  );
  const labels = Array.from({ length: n }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < 11; i++) sum += x.data[12 * k + i] * x.data[12 * k + i + 1];
    return Number(sum > 0 !== rng.uniform() < 0.1);
  });
  return { x, target: core.oneHot(labels, 2) };
}

const regression = { loss: nn.meanSquaredError, draw: noisyFunction };
const classification = { loss: nn.softmaxCrossEntropy, draw: noisyChains };
const kinds = {
  "mlp, tanh": { network: () => mlp(nn.tanh, "tanh"), ...regression, smooth: true },
  "mlp, ReLU": { network: () => mlp(nn.relu, "ReLU"), ...regression, smooth: false },
  "cnn, tanh": {
    network: () => cnn(nn.tanh, nn.averagePool, "tanh"),
    ...classification,
    smooth: true,
  },
  "cnn, ReLU": {
    network: () => cnn(nn.relu, nn.maxPool, "ReLU"),
    ...classification,
    smooth: false,
  },
};
/** Epochs; those of the networks of chains learn nothing in eight. */
const epochs = {
  "early-stopped": { mlp: 8, cnn: 24 },
  converged: { mlp: 150, cnn: 150 },
};

/** The small models of the study, seed by seed. */
export const smallModels = (seeds) =>
  Array.from({ length: seeds }, (_, s) =>
    Object.keys(kinds).flatMap((kind) =>
      Object.keys(epochs).map((state) => ({ kind, state, seed: s + 1 })),
    ),
  ).flat();

/** Trains one: network, θ̃, data and risk, and how the training is repeated with weights. */
export function smallModel({ kind, state, seed }) {
  const { network: build, loss, draw, smooth } = kinds[kind];
  const network = build();
  const rng = core.makeRng(seed, `certificate ${kind}`);
  const training = draw(rng.fork("training"), POINTS);
  const test = draw(rng.fork("test"), TESTS);
  const options = { loss, l2: state === "converged" ? 3e-3 : 0 };
  const trained = (weights) =>
    nn.train(network, weights ? { ...training, weights } : training, {
      ...options,
      epochs: epochs[state][kind.slice(0, 3)],
      stuck: false, // a training anew must end where it ends
      batchSize: 16,
      optimiser: nn.adam({ learningRate: 0.01 }),
      schedule: state === "converged" ? nn.cosineSchedule : undefined,
      rng: rng.fork("fit"),
    }).theta;
  let theta = trained();
  if (state === "converged" && smooth)
    theta = hessian.polish(network, theta, training, options).theta;
  return { network, theta, training, test, options, trained, smooth };
}

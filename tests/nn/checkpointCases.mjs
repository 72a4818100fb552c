// Trainings whose state is kept in a file, for the test and for the process that is killed.
import { makeRng, tensor } from "phaselens/core";
import * as nn from "phaselens/nn";

const rng = makeRng(1, "checkpoint cases");
const inputs = tensor(
  [24, 3],
  Float64Array.from({ length: 72 }, () => rng.normal()),
);
const labels = Array.from({ length: 24 }, (_, n) => (inputs.data[3 * n] > 0.2 ? 1 : 0));

export const samples = {
  x: inputs,
  target: tensor(
    [24, 2],
    labels.flatMap((label) => [1 - label, label]),
  ),
};

const plain = () => nn.sequential([nn.dense(3, 6), nn.relu(), nn.dense(6, 2)]);
const dropping = () => nn.sequential([nn.dense(3, 6), nn.relu(), nn.dropout(0.3), nn.dense(6, 2)]);

/** @type {Record<string, object>} */
export const variants = {
  "sgd, cosine": {
    optimiser: nn.sgd({ learningRate: 0.1, momentum: 0.9 }),
    schedule: nn.cosineSchedule,
    l2: 0.01,
  },
  "adam, cosine, dropout": {
    network: dropping(),
    optimiser: nn.adam({ learningRate: 0.01 }),
    schedule: nn.cosineSchedule,
  },
  "float32, adam, cosine": {
    precision: "float32",
    optimiser: nn.adam({ learningRate: 0.01 }),
    schedule: nn.cosineSchedule,
    clip: 0.5,
  },
  "float32, sgd, steps": {
    precision: "float32",
    optimiser: nn.sgd({ learningRate: 0.05, momentum: 0.9 }),
    schedule: nn.stepSchedule([0.5]),
    epochs: undefined,
    steps: 57,
  },
  "best kept, sign flips": {
    validation: samples,
    keep: "lowestLoss",
    augment: nn.signFlips,
    optimiser: nn.sgd({ learningRate: 0.3 }),
  },
  "stopped at a loss": { stopAt: 0.06, optimiser: nn.adam({ learningRate: 0.02 }), epochs: 200 },
};

/** @param {string} name */
export function options(name) {
  return {
    network: plain(),
    loss: nn.softmaxCrossEntropy,
    rng: makeRng(5, name),
    epochs: 10,
    batchSize: 5,
    stuck: /** @type {const} */ (false),
    ...variants[name],
  };
}

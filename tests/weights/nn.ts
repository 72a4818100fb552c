import { makeDataset, makeRng, subset } from "phaselens/core";
import * as nn from "phaselens/nn";
import type { Entry, Given } from "./cases.js";

const risk = ({ loss }: Given) => ({ loss, l2: 0.03, l1: 0.01 });
const provenance = { generator: "test", params: {}, seed: 0, source: "test" };
const numbers = (values: ArrayLike<number>): number[] => Array.from(values);

/** Whole batches in one step, so that copies are in it together. */
const training = (given: Given, precision?: "float32") => ({
  ...risk(given),
  rng: makeRng(2),
  theta: given.theta,
  epochs: 3,
  batchSize: 100,
  stuck: false as const,
  ...(precision && { precision }),
});

export const nnEntries: Readonly<Record<string, Entry>> = {
  "core.makeDataset": {
    of: ({ samples, loss, network, theta }) => ({
      whole: [nn.risk(network, theta, makeDataset({ ...samples, provenance }), { loss })],
    }),
  },
  "core.subset": {
    of: ({ samples, loss, network, theta }) => {
      const rows = Array.from({ length: samples.x.shape[0] }, (_, r) => r);
      const dataset = subset({ ...samples, provenance }, rows);
      return { whole: [nn.risk(network, theta, dataset, { loss })] };
    },
  },
  "core.labelsOf": "a label is a label whatever its weight",
  "nn.classWeighted": {
    rounds: true, // class weights times 3
    problems: ["relu perceptron, three classes"],
    of: ({ samples, loss, network, theta }) => ({
      whole: [nn.risk(network, theta, nn.classWeighted(samples, [1, 2, 3], loss), { loss })],
    }),
  },
  "nn.risk": {
    of: (given) => ({
      whole: [nn.risk(given.network, given.theta, given.samples, risk(given))],
    }),
  },
  "nn.riskAndGradient": {
    of: (given) => {
      const { network, theta, samples } = given;
      const found = nn.riskAndGradient(network, theta, samples, risk(given));
      return { whole: [found.risk, ...found.gradient] };
    },
  },
  "nn.perSampleGradients": {
    of: (given) => {
      const { network, theta, samples } = given;
      const { shape, data } = nn.perSampleGradients(network, theta, samples, risk(given));
      return { whole: [], rows: { shape, data } };
    },
  },
  "nn.train": {
    of: (given) => {
      const { network, samples } = given;
      const { theta, loss, history } = nn.train(network, samples, training(given));
      const judged = nn.train(network, samples, {
        ...training(given),
        validation: samples,
        keep: "lowestLoss",
      });
      return {
        whole: [
          ...theta,
          loss,
          ...history.map((line) => line.loss),
          ...judged.history.map((line) => line.validation!),
        ],
      };
    },
  },
  "nn.trainMany": {
    drawn: "a recipe of batches, into which two copies need not come together",
    problems: ["dropout is off outside training"],
    of: async ({ network, samples }) => {
      const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours" };
      const run = { seed: 1, epochs: 2 };
      const [{ theta }] = await nn.trainMany(network, samples, recipe, [run], { jobs: 1 });
      return { whole: numbers(theta) };
    },
  },
};

import { makeRng, tensor } from "phaselens/core";
import * as forest from "phaselens/forest";
import { gradientTimesInput } from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { explain } from "phaselens/report";
import { retrainedDeltaAuc } from "phaselens/taggers";
import { problems } from "../support/models.js";
import { toyJets } from "../taggers/jets.js";
import type { Entry, Found, Given } from "./cases.js";

const numbers = (values: ArrayLike<number>): number[] => Array.from(values);
const regression = ["linear regression"];
const handsOn = "hands them on as they are, which tests/weights/weights.test.ts looks at";

/** The first output as what a tree learns. */
const data = ({ samples: { x, target, weights } }: Given): forest.RegressionData => ({
  x,
  target: Float64Array.from({ length: x.shape[0] }, (_, r) => target.data[r * target.shape[1]]),
  ...(weights && { weights }),
});
const points = tensor([4, 3], [0.3, 0.1, -0.4, 1, -1, 0.2, 0.5, 0.2, 0.9, -0.7, -0.2, 0.1]);

/** What tells a sample of the problem of jets from the others. */
const FIRST = (() => {
  const { x } = problems["dropout is off outside training"](3).samples;
  return Array.from({ length: x.shape[0] }, (_, r) => x.data[r * x.shape[1]]);
})();
const jets = toyJets(5, 1);
const spread = toyJets(20, 2);

const explained =
  (exactLimit: number) =>
  async (given: Given): Promise<Found> => {
    const { network, theta, samples, loss } = given;
    const x = tensor([2, ...samples.x.shape.slice(1)]);
    const rng = makeRng(6);
    x.data.forEach((_, p) => (x.data[p] = rng.normal()));
    const { training } = await explain(network, theta, x, {
      method: gradientTimesInput(),
      start: "arg-max",
      risk: { loss, l2: 0.05 },
      training: samples,
      damping: 3,
      directions: 2,
      bootstraps: 3,
      rng: makeRng(1),
      jobs: 1,
      exactLimit,
    });
    const [tests, train] = training!.influence.shape;
    const rows = tensor([train, tests]);
    for (let t = 0; t < tests; t++)
      for (let r = 0; r < train; r++)
        rows.data[r * tests + t] = training!.influence.data[t * train + r];
    return { whole: [...training!.uncertainty, ...numbers(training!.extrapolation!)], rows };
  };

/** A forest of two classes, each of about half of the samples: by a digit of the target. */
export const forestOfClasses: Entry = {
  problems: regression,
  drawn: "a tree draws an event of weight 2 once, two copies each for itself",
  of: async (given) => {
    const { target, ...own } = data(given);
    const options = { seed: 3, trees: 6, criterion: "gini", jobs: 1 } as const;
    const labels = Array.from(target, (y) => Math.floor(1000 * Math.abs(y)) % 2);
    const grown = await forest.randomForest({ ...own, target: labels }, options);
    return { whole: [...forest.predict(grown, points), grown.outOfBag!.accuracy] };
  },
};

export const modelEntries: Readonly<Record<string, Entry>> = {
  "forest.chooseDepth": {
    problems: regression,
    of: async (given) => {
      const own = data(given);
      const options = { seed: 1, trees: 2, bootstrap: false, tolerance: 0, jobs: 1 };
      const { curve, forest: grown } = await forest.chooseDepth(own, own, options);
      return {
        whole: [
          ...curve.flatMap(({ trainingRmse, testAccuracy }) => [trainingRmse, testAccuracy]),
          ...forest.predict(grown, points),
        ],
      };
    },
  },
  "forest.gradientBoosting": {
    problems: regression,
    of: async (given) => {
      // leaves of one sample: how many samples a leaf has is counted, not weighed
      const options = { rounds: 4, minimumLeaf: 1, maxLeaves: 5 };
      return {
        whole: numbers(forest.predict(await forest.gradientBoosting(data(given), options), points)),
      };
    },
  },
  "forest.randomForest": {
    problems: regression,
    drawn: "a tree draws an event of weight 2 once, two copies each for itself",
    of: async (given) => {
      const grown = await forest.randomForest(data(given), { seed: 3, trees: 6, jobs: 1 });
      return { whole: [...forest.predict(grown, points), grown.outOfBag!.rmse] };
    },
  },
  "taggers.retrainedDeltaAuc": {
    problems: ["dropout is off outside training"], // its classes are those of the jets
    of: ({ samples: { x, target, weights } }) => {
      // the jets of the rows that are there: the first number of a row of the problem says which
      const rows = Array.from({ length: x.shape[0] }, (_, r) =>
        FIRST.indexOf(x.data[r * x.shape[1]]),
      );
      const width = jets.inputs.x.shape[1];
      const own = tensor([rows.length, width]);
      rows.forEach((r, k) =>
        own.data.set(jets.inputs.x.data.subarray(r * width, (r + 1) * width), k * width),
      );
      const { auc, rows: found } = retrainedDeltaAuc({
        network: { hidden: 4, edge: 2, object: 2 },
        training: { inputs: { ...jets.inputs, x: own }, target, weights },
        test: {
          inputs: spread.inputs,
          positive: Array.from({ length: 20 }, (_, n) => n % 2),
          weights: Array.from({ length: 20 }, (_, n) => 1 + (n % 3)),
        },
        train: {
          loss: nn.softmaxCrossEntropy,
          rng: makeRng(1),
          epochs: 2,
          batchSize: 100,
          optimiser: nn.sgd({ learningRate: 0.05 }),
        },
        groups: { pt: ["pt"] },
      });
      return { whole: [auc, ...found.flatMap((row) => [row.auc, row.fidelity])] };
    },
  },
  "report.explain": {
    additive: true,
    rounds: true,
    drawn: "its resampling uncertainty draws events",
    of: explained(1500),
  },
  "papers.dawid2021.withGlobalSigns": handsOn,
  "papers.dawid2021.trained": "trains with `nn.train`",
  "papers.neubauer2022.taggedJets": handsOn,
  "papers.neubauer2022.explainedTracks": "relevance of jets one by one, whatever their weights",
  "papers.neubauer2022.explainedPairs": "relevance of jets one by one, whatever their weights",
  "papers.neubauer2022.trainedTaggers": "trains with `nn.trainMany`, kept by the weights too",
  "papers.neubauer2022.maskedTrees": "measures with `core.auc`, kept by the weights too",
  "papers.neubauer2022.maskedTaggers": "measures with `taggers.deltaAuc`, kept by the weights too",
};

/** The same where the Hessian is known by its products. */
export const explainedByProducts: Entry = {
  additive: true,
  rounds: true,
  drawn: "its resampling uncertainty is of events",
  of: explained(0),
};

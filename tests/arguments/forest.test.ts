import { tensor } from "phaselens/core";
import * as forest from "phaselens/forest";
import {
  batch,
  either,
  effort,
  integer,
  list,
  nonNegative,
  limit,
  fraction,
  real,
  allow,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const data = () => ({
  x: tensor([6, 2], [0, 1, 2, 0, 4, 5, 6, 3, 8, 1, 10, 7]),
  target: [0, 1, 1, 2, 3, 5],
});
const splitting = {
  maxDepth: 3,
  minimumLeaf: 1,
  featuresPerSplit: 2,
};
const model = made(await forest.randomForest(data(), { seed: 1, trees: 2, jobs: 1, ...splitting }));
const options = () => ({
  seed: 1,
  trees: 2,
  bootstrap: true,
  jobs: 1,
  onDone: () => {},
  ...splitting,
});
const kinds = (place: string) => ({
  [`${place}.seed`]: integer,
  [`${place}.trees`]: effort,
  [`${place}.maxDepth`]: allow("trees end where their leaves are pure", "1099511627776"),
});

const samples = either(batch, allow("no samples have no predictions", "no rows"));
/** The same trees in the common form, with every part that the trees of files have. */
const common = made(forest.withCover(model, data().x));
const sides = either(real, allow("±∞ lies on a side of every threshold", "Infinity", "-Infinity"));

const entries: Readonly<Record<string, Entry>> = {
  chooseDepth: {
    valid: () => [data(), data(), { ...options(), tolerance: 0.1 }],
    kinds: {
      ...kinds("2"),
      "2.tolerance": either(nonNegative, real, allow("any accuracies meet", "Infinity")),
    },
  },
  contributions: { valid: () => [model, data().x], kinds: { "1": samples } },
  forestFromJson: {
    valid: () => [JSON.parse(JSON.stringify(forest.forestToJson(model)))],
    kinds: { "0.trees": list },
  },
  forestToJson: { valid: () => [model] },
  gradientBoosting: {
    valid: () => [
      data(),
      {
        loss: "squared error" as const,
        rounds: 2,
        learningRate: 0.5,
        maxLeaves: 3,
        maxDepth: 2,
        minimumLeaf: 1,
        l2: 1,
        bins: 9,
        onDone: () => {},
      },
    ],
    kinds: {
      "0.x": allow("any number of features", "wider"),
      "0.x.data[]": either(real, allow("is a missing value", "NaN")),
      "1.rounds": effort,
      "1.learningRate": either(fraction, allow("nothing is learnt", "0")),
      "1.maxDepth": limit,
      "1.l2": nonNegative,
    },
  },
  interactions: { valid: () => [common, data().x], kinds: { "1": batch, "1.data[]": sides } },
  shapley: {
    valid: () => [
      common,
      data().x,
      { background: data().x, output: "margin", errors: "background", jobs: 1, onDone: () => {} },
    ],
    kinds: {
      "1": samples,
      "1.data[]": sides,
      "2.background": batch,
      "2.background.data[]": sides,
    },
  },
  withCover: { valid: () => [model, data().x], kinds: { "1": batch } },
  predict: { valid: () => [model, data().x, { output: "margin" }], kinds: { "1": samples } },
  randomForest: {
    valid: () => [data(), { ...options(), criterion: "squared error" as const }],
    kinds: { ...kinds("1"), "0.x": allow("any number of features", "wider") },
  },
};

sweepRoom("forest", forest, entries);

import { tensor } from "phaselens/core";
import * as forest from "phaselens/forest";
import { batch, either, effort, integer, list, nonNegative, allow } from "./support/kinds.js";
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

const entries: Readonly<Record<string, Entry>> = {
  chooseDepth: {
    valid: () => [data(), data(), { ...options(), tolerance: 0.1 }],
    kinds: {
      ...kinds("2"),
      "2.tolerance": either(nonNegative, allow("any accuracies meet", "Infinity")),
    },
  },
  contributions: { valid: () => [model, data().x], kinds: { "1": samples } },
  forestFromJson: {
    valid: () => [JSON.parse(JSON.stringify(forest.forestToJson(model)))],
    kinds: { "0.trees": list },
  },
  forestToJson: { valid: () => [model] },
  predict: { valid: () => [model, data().x], kinds: { "1": samples } },
  randomForest: {
    valid: () => [data(), options()],
    kinds: { ...kinds("1"), "0.x": allow("any number of features", "wider") },
  },
};

sweepRoom("forest", forest, entries);

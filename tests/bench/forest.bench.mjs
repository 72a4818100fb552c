// Regression trees and forests on as many samples as the training set of Blücher et al. 2020: 140
// couplings × 200, 18 observables.
import { deepStrictEqual } from "node:assert";
import { makeRng, tensor } from "phaselens/core";
import { predict, randomForest } from "phaselens/forest";
import { naiveTree, observablesLike } from "../support/naiveTree.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";
import { regressionTree } from "phaselens/internal/forest/regressionTree";
import { truncatedTree } from "phaselens/internal/forest/tree";

const samples = 28_000;
const depth = 10;
const trees = 10;
const upper = 6;
const data = () => observablesLike(samples, makeRng(1, "forest bench"));
const rmse = (prediction, target) =>
  Math.sqrt(prediction.reduce((sum, value, k) => sum + (value - target[k]) ** 2, 0) / samples);
/** The phase of each sample: antiferromagnet, paramagnet, ferromagnet. */
function classData() {
  const { x, target } = data();
  return { x, target: target.map((kappa) => (kappa < -0.19 ? 0 : kappa < 0.17 ? 1 : 2)) };
}
const classOptions = { seed: 1, trees, maxDepth: depth, criterion: "gini", jobs: 1 };
/** @param {Float64Array} probabilities  [n, 3]  @param {number} n */
function mostProbable(probabilities, n) {
  const row = Array.from(probabilities.subarray(3 * n, 3 * n + 3));
  return row.indexOf(Math.max(...row));
}
const size = `${samples} × 18, depth ${depth}`;

export const rows = [
  {
    id: "forest-28000",
    title: `random forest, ${trees} trees, ${size}`,
    headline: `random forest, ${trees} trees, 28,000 × 18`,
    target: "≤ 3 s on one core",
    repetitions: 7,
    async prepare() {
      const inputs = data();
      const { trees: grown } = await randomForest(inputs, {
        seed: 1,
        trees,
        maxDepth: depth,
        jobs: 1,
      });
      const found = rmse(predict({ features: 18, trees: grown }, inputs.x), inputs.target);
      writePeerInputs(
        "forest-28000",
        { ...inputs, expected_rmse: tensor([1], [found]) },
        { trees, depth },
      );
      return inputs;
    },
    ours: (inputs) => randomForest(inputs, { seed: 1, trees, maxDepth: depth, jobs: 1 }),
    peer: peerOf("forest-28000", "scikit-learn", "forest.py"),
  },
  {
    id: "class-forest-28000",
    title: `random forest of 3 classes by Gini impurity, ${trees} trees, ${size}`,
    headline: `random forest of 3 classes, ${trees} trees, 28,000 × 18`,
    target: "ratio ≥ 1",
    repetitions: 7,
    async prepare() {
      const inputs = classData();
      const model = await randomForest(inputs, classOptions);
      const found = predict(model, inputs.x);
      const right = inputs.target.filter((label, n) => label === mostProbable(found, n));
      writePeerInputs(
        "class-forest-28000",
        {
          x: inputs.x,
          classes: inputs.target,
          expected_accuracy: tensor([1], [right.length / samples]),
        },
        { trees, depth, features: 18 },
      );
      return inputs;
    },
    ours: (inputs) => randomForest(inputs, classOptions),
    peer: peerOf("class-forest-28000", "scikit-learn", "class_forest.py"),
  },
  {
    id: "tree-28000",
    title: `regression tree, ${size}`,
    target: "≥ 5 × faster than tree-naive-28000",
    repetitions: 11,
    prepare() {
      const inputs = data();
      const tree = regressionTree(inputs, { maxDepth: depth });
      // deeper down there are equal splits of which the peer takes any: there only the error is the
      // same
      const expected_upper = predict(truncatedTree(tree, upper), inputs.x);
      const expected_rmse = tensor([1], [rmse(predict(tree, inputs.x), inputs.target)]);
      writePeerInputs("tree-28000", { ...inputs, expected_upper, expected_rmse }, { depth, upper });
      return inputs;
    },
    ours: (inputs) => regressionTree(inputs, { maxDepth: depth }),
    peer: peerOf("tree-28000", "scikit-learn", "tree.py"),
  },
  {
    id: "tree-naive-28000",
    title: `the same tree, every node sorted anew in plain JavaScript, ${size}`,
    target: "none",
    repetitions: 5,
    prepare() {
      const inputs = data();
      const [tree, nodes] = [
        regressionTree(inputs, { maxDepth: depth }),
        naiveTree(inputs, { maxDepth: depth }),
      ];
      deepStrictEqual(
        Array.from(tree.feature),
        nodes.map(({ feature }) => feature),
      );
      deepStrictEqual(
        Array.from(tree.threshold),
        nodes.map(({ threshold }) => threshold),
      );
      return inputs;
    },
    ours: (inputs) => naiveTree(inputs, { maxDepth: depth }),
  },
];

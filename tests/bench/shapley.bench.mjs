// Shapley values of trees: 100 trees on 18 observables, 1000 samples.
import { makeRng, takeRows } from "phaselens/core";
import { randomForest, shapley } from "phaselens/forest";
import { observablesLike } from "../support/naiveTree.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";

const samples = 1000;
const ground = 100;

/** Trees as lists that a program of Python makes a model of, one after the other. */
function listsOf(trees) {
  const all = (pick) => Float64Array.from(trees.flatMap((tree) => Array.from(pick(tree))));
  return {
    nodes: Float64Array.from(trees, ({ left }) => left.length),
    left: all(({ left }) => left),
    feature: all(({ feature }) => feature),
    threshold: all(({ threshold }) => threshold),
    value: all(({ value }) => value),
    cover: all(({ samples }) => samples),
  };
}

function row(id, title, depth, trees, background) {
  return {
    id,
    title: `${title}, ${trees} trees of depth ${depth}, 18 features, ${samples} samples`,
    ...(id !== "shapley-depth-10" && {
      headline: `${title}, ${trees} trees, ${samples} samples`,
    }),
    target: "≥ 2 × faster than shap's C++ on one core",
    repetitions: 7,
    async prepare() {
      const data = observablesLike(4000, makeRng(1, "shapley bench"));
      const model = await randomForest(data, { seed: 1, trees, maxDepth: depth, jobs: 1 });
      const x = takeRows(
        data.x,
        Array.from({ length: samples }, (_, n) => 3 * n),
      );
      const other = takeRows(
        data.x,
        Array.from({ length: ground }, (_, n) => 3 * n + 1),
      );
      const options = { jobs: 1, background: background ? other : undefined };
      const { contributions } = await shapley(model, x, options);
      writePeerInputs(
        id,
        { x, background: other, ...listsOf(model.trees), expected: contributions },
        { interventional: background, features: data.x.shape[1] },
      );
      return { model, x, options };
    },
    ours: ({ model, x, options }) => shapley(model, x, options),
    peer: peerOf(id, "shap (C++)", "shapley.py"),
  };
}

export const rows = [
  row("shapley-depth-6", "path-dependent Shapley values", 6, 100, false),
  row("shapley-depth-10", "path-dependent Shapley values", 10, 20, false),
  row("shapley-background", `interventional Shapley values, ${ground} of background`, 6, 100, true),
];

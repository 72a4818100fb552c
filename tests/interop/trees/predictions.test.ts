import { forest } from "phaselens";
import { describe, expect, it } from "vitest";
import {
  apart,
  readOracle,
  tensorOf,
  treeOracles,
  type Library,
} from "../../support/treeOracles.js";

const libraries: Library[] = ["xgboost", "lightgbm", "catboost", "sklearn"];

describe.each(libraries)("a model of %s", (library) => {
  it.each(treeOracles(library))("%s predicts what it predicts there, to 1e-6", (name, oracle) => {
    const model = readOracle(library, name, oracle);
    const x = tensorOf(oracle.x);
    if (oracle.margin) {
      const margin = forest.predict(model.forest, x, { output: "margin" });
      expect(apart(margin, tensorOf(oracle.margin).data)).toBeLessThan(1e-6);
    }
    const response = tensorOf(oracle.response);
    const own = forest.predict(model.forest, x);
    // a classifier of two classes has the probability of the second here, both there
    const both = own.length < response.data.length;
    const wanted = both ? response.data.filter((_, k) => k % 2 === 1) : response.data;
    expect(apart(own, wanted)).toBeLessThan(1e-6);
  });
});

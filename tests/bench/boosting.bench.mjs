// Gradient boosting on as many samples as the training set of Blücher et al. 2020: 140 couplings ×
// 200, 18 observables.
import { makeRng, tensor } from "phaselens/core";
import { gradientBoosting, predict } from "phaselens/forest";
import { observablesLike } from "../support/naiveTree.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";

const samples = 28_000;
const rounds = 100;
const data = () => observablesLike(samples, makeRng(1, "boosting bench"));
/** @param {Float64Array} found  @param {ArrayLike<number>} target */
const rmse = (found, target) =>
  Math.sqrt(found.reduce((sum, value, k) => sum + (value - target[k]) ** 2, 0) / samples);

export const rows = [
  {
    id: "boosting-28000",
    title: `gradient boosting, ${rounds} trees of 31 leaves, ${samples} × 18`,
    headline: `gradient boosting, ${rounds} trees of 31 leaves, 28,000 × 18`,
    target: "as fast as scikit-learn's HistGradientBoosting on one core",
    repetitions: 5,
    async prepare() {
      const inputs = data();
      const found = rmse(
        predict(await gradientBoosting(inputs, { rounds }), inputs.x),
        inputs.target,
      );
      writePeerInputs(
        "boosting-28000",
        { ...inputs, expected_rmse: tensor([1], [found]) },
        { rounds },
      );
      return inputs;
    },
    ours: (inputs) => gradientBoosting(inputs, { rounds }),
    peer: [
      peerOf("boosting-28000", "scikit-learn HistGradientBoosting", "boosting.py"),
      peerOf("boosting-28000", "LightGBM", "boosting_lightgbm.py"),
      peerOf("boosting-28000", "XGBoost", "boosting_xgboost.py"),
    ],
  },
];

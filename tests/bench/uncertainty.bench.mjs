// Extrapolation score and resampling uncertainty of the 50 test points, given the Hessian and the
// gradients.
import { dawid2021 } from "phaselens/papers";
import { makeRng } from "phaselens/core";
import {
  exactHessian,
  extrapolationScore,
  resamplingUncertainty,
  spectrum,
  testGradients,
} from "phaselens/hessian";
import { perSampleGradients } from "phaselens/nn";
import { trainedModel } from "./dawid2021Models.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";
import { bootstrapCounts } from "phaselens/internal/hessian/resampling/bootstrap";
import { paperDamping } from "phaselens/internal/hessian/solvers/damping";

const REMOVED = 12;
const BOOTSTRAPS = 50;

function model() {
  const {
    network,
    samples,
    theta,
    risk: { loss, l2 },
  } = trainedModel(740);
  const risk = { loss, l2, convention: "dawid2021" }; // as published
  const test = dawid2021.data({ sites: 12, set: "even" });
  return {
    network,
    theta,
    risk,
    test,
    hessian: exactHessian(network, theta, samples, risk),
    training: perSampleGradients(network, theta, samples, risk),
  };
}

const lees = {
  id: "lees-740",
  headline: "extrapolation scores of 50 points, 740 parameters",
  title: `extrapolation score of 50 test points, m = ${REMOVED}, with the spectrum, 740 parameters`,
  target: "none",
  repetitions: 7,
  prepare() {
    const { network, theta, risk, test, hessian } = model();
    const gradients = testGradients(network, theta, test, risk, "minimal");
    const expected = extrapolationScore(spectrum(hessian), gradients, REMOVED);
    writePeerInputs(
      "lees-740",
      { hessian, gradients, expected_score: expected },
      { removed: REMOVED },
    );
    return { hessian, gradients };
  },
  // the largest eigenpairs are all that the score needs
  ours: ({ hessian, gradients }) =>
    extrapolationScore(spectrum(hessian, { leading: REMOVED }), gradients, REMOVED),
  peer: peerOf("lees-740", "NumPy eigh", "extrapolation.py"),
};

const options = { rng: makeRng(1), bootstraps: BOOTSTRAPS, about: "mean", jobs: 1 };

const rue = {
  id: "rue-740",
  headline: `resampling uncertainty of 50 points, ${BOOTSTRAPS} bootstraps, 740 parameters`,
  title: `resampling uncertainty of 50 test points, ${BOOTSTRAPS} bootstraps, given the Hessian, 740 parameters`,
  target: "none",
  repetitions: 7,
  async prepare() {
    const { network, theta, risk, test, hessian, training } = model();
    const damping = paperDamping(hessian) + 1;
    const input = {
      hessian,
      trainGradients: training,
      test: { x: test.x, target: test.target },
      loss: risk.loss,
    };
    const expected = await resamplingUncertainty(network, theta, input, { ...options, damping });
    const counts = bootstrapCounts(training.shape[0], BOOTSTRAPS, options.rng);
    writePeerInputs(
      "rue-740",
      { hessian, training, x: test.x, theta, counts, expected_uncertainty: expected.uncertainty },
      { damping, parameters: 740 },
    );
    return { network, theta, input, damping };
  },
  ours: ({ network, theta, input, damping }) =>
    resamplingUncertainty(network, theta, input, { ...options, damping }),
  peer: peerOf("rue-740", "PyTorch", "resampling.py"),
};

export const rows = [lees, rue];

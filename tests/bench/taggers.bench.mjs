// The interaction network of Neubauer & Roy 2022: gradients jet by jet beside PyTorch, and ΔAUC of
// all features.
import { makeRng, oneHot } from "phaselens/core";
import { riskAndGradient, softmaxCrossEntropy } from "phaselens/nn";
import { jetFeatures, simulateJets } from "phaselens/physics";
import {
  deltaAuc,
  hiddenBiases,
  interactionNetwork,
  jetInputs,
  jetScale,
  standardise,
} from "phaselens/taggers";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";

/**
 * Standardised jets, their labels, and a network at its start.
 * @param {number} jets
 * @param {{ hidden?: number, edge?: number, object?: number }} widths
 */
function problem(jets, widths) {
  const sample = simulateJets({ jets, seed: 2022, set: "test" });
  const raw = jetInputs(sample.x, sample.vertices, jetFeatures);
  const inputs = standardise(raw, jetScale(raw));
  const network = interactionNetwork(widths);
  return {
    inputs,
    labels: sample.truth.signal,
    network,
    theta: hiddenBiases()(network, makeRng(1)),
  };
}

/**
 * @param {string} id
 * @param {number} jets
 * @param {{ hidden: number, edge: number, object: number }} widths
 * @param {"float32" | "float64"} precision
 */
function visits(id, jets, widths, precision, target) {
  const { hidden, edge, object } = widths;
  return {
    id,
    ...(id === "interaction-500-float64" && {
      headline: "forward and backward through 500 jets, interaction network, float64",
    }),
    title: `forward and backward through ${jets} jets, hidden ${hidden}, D_e ${edge}, D_o ${object}; ours float64`,
    target,
    repetitions: 7,
    prepare() {
      const { inputs, labels, network, theta } = problem(jets, widths);
      const samples = { x: inputs.x, target: oneHot(labels, 2) };
      const run = () => riskAndGradient(network, theta, samples, { loss: softmaxCrossEntropy });
      const { risk, gradient } = run();
      writePeerInputs(
        id,
        { x: inputs.x, labels, theta, expectedGradient: gradient },
        { ...widths, precision, batch: 100, expectedRisk: risk },
      );
      return run;
    },
    ours: (run) => run(),
    peer: peerOf(id, `PyTorch ${precision}`, "interaction.py"),
  };
}

const small = { hidden: 16, edge: 8, object: 8 };

export const rows = [
  visits("interaction-500-float32", 500, small, "float32", "175 ms (.35 a jet)"),
  visits("interaction-500-float64", 500, small, "float64", "175 ms (.35 a jet)"),
  visits(
    "interaction-published-100",
    100,
    { hidden: 60, edge: 20, object: 24 },
    "float32",
    "ratio ≥ 1",
  ),
  {
    id: "delta-auc-44",
    title: "ΔAUC of 44 features on 4000 jets, hidden 16, D_e 8, D_o 8, two workers",
    target: "30000 ms",
    repetitions: 5,
    prepare: () => problem(4000, small),
    ours: ({ inputs, labels, network, theta }) =>
      deltaAuc(network, theta, inputs, labels, { jobs: 2 }),
  },
];

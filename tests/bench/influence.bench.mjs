// Influence functions, RelatIF and similarity, all pairs, given the Hessian and the gradients.
import { dawid2021 } from "phaselens/papers";
import { exactHessian, influence, testGradients } from "phaselens/hessian";
import { perSampleGradients } from "phaselens/nn";
import { trainedModel } from "./dawid2021Models.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";
import { paperDamping } from "phaselens/internal/hessian/solvers/damping";

function prepare() {
  const {
    network,
    samples,
    theta,
    risk: { loss, l2 },
  } = trainedModel(740);
  const risk = { loss, l2, convention: "dawid2021" }; // as published
  const hessian = exactHessian(network, theta, samples, risk);
  const training = perSampleGradients(network, theta, samples, risk);
  const test = testGradients(network, theta, dawid2021.data({ sites: 12, set: "even" }), risk);
  const damping = paperDamping(hessian);
  const expected = influence(hessian, training, test, { damping });
  const results = {
    expected_influence: expected.influence,
    expected_relatif: expected.relatif,
    expected_similarity: expected.similarity,
  };
  writePeerInputs(id, { hessian, training, test, ...results }, { damping });
  return { hessian, training, test, damping };
}

const id = "influence-740";

export const rows = [
  {
    id,
    title: "influence, RelatIF and similarity of 50 × 1000 pairs given the Hessian, 740 parameters",
    headline: "influence of 50 × 1000 pairs given the Hessian, 740 parameters",
    target: "≤ 0.25 s",
    repetitions: 7,
    prepare,
    ours: ({ hessian, training, test, damping }) => influence(hessian, training, test, { damping }),
    peer: [
      peerOf(id, "PyTorch linalg.solve", "influence_solve.py"),
      peerOf(id, "SciPy cho_solve", "influence_cholesky.py"),
    ],
  },
];

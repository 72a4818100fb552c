// The symmetric eigenproblem, 740 × 740: of the trained network's Hessian, and of a full matrix.
import { makeRng, tensor } from "phaselens/core";
import { exactHessian } from "phaselens/hessian";
import { symmetricEigenvalues } from "phaselens/linalg";
import { trainedModel } from "./dawid2021Models.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";

const trained = () => {
  const { network, samples, theta, risk } = trainedModel(740);
  return exactHessian(network, theta, samples, risk);
};

/** Normal deviates: nothing in it is zero or small. */
const full = () => {
  const rng = makeRng(1);
  const matrix = tensor([740, 740]);
  for (let i = 0; i < 740; i++)
    for (let j = 0; j <= i; j++) matrix.data[i * 740 + j] = matrix.data[j * 740 + i] = rng.normal();
  return matrix;
};

/**
 * @param {string} id
 * @param {string} title
 * @param {() => any} matrix
 * @param {(hessian: any) => unknown} ours
 * @param {string} label
 * @param {string} script
 */
function row(id, title, matrix, ours, label, script) {
  return {
    id,
    title,
    headline: title,
    target: "none",
    repetitions: 7,
    prepare() {
      const hessian = matrix();
      writePeerInputs(id, { hessian, expected_values: symmetricEigenvalues(hessian) });
      return hessian;
    },
    ours,
    peer: peerOf(id, label, script),
  };
}

const values = [(h) => symmetricEigenvalues(h), "NumPy eigvalsh", "eigenvalues.py"];
const vectors = [(h) => symmetricEigen(h), "NumPy eigh", "eigenvectors.py"];

export const rows = [
  row("eigenvalues-740", "eigenvalues of a Hessian, 740²", trained, ...values),
  row("eigenvectors-740", "eigenvalues and eigenvectors of a Hessian, 740²", trained, ...vectors),
  row("eigenvalues-full-740", "eigenvalues of a full matrix, 740²", full, ...values),
  row("eigenvectors-full-740", "the same with eigenvectors", full, ...vectors),
];

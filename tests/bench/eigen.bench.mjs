// The symmetric eigenproblem of the trained network's Hessian, 740 × 740.
import { exactHessian } from "phaselens/hessian";
import { symmetricEigenvalues } from "phaselens/linalg";
import { trainedModel } from "./dawid2021Models.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";

/**
 * @param {string} id
 * @param {string} title
 * @param {(hessian: any) => unknown} ours
 * @param {string} label
 * @param {string} script
 */
function row(id, title, ours, label, script) {
  return {
    id,
    title,
    target: "none",
    repetitions: 7,
    prepare() {
      const { network, samples, theta, risk } = trainedModel(740);
      const hessian = exactHessian(network, theta, samples, risk);
      writePeerInputs(id, { hessian, expected_values: symmetricEigenvalues(hessian) });
      return hessian;
    },
    ours,
    peer: peerOf(id, label, script),
  };
}

export const rows = [
  row(
    "eigenvalues-740",
    "eigenvalues of a Hessian, 740²",
    (h) => symmetricEigenvalues(h),
    "NumPy eigvalsh",
    "eigenvalues.py",
  ),
  row(
    "eigenvectors-740",
    "eigenvalues and eigenvectors of a Hessian, 740²",
    (h) => symmetricEigen(h),
    "NumPy eigh",
    "eigenvectors.py",
  ),
];

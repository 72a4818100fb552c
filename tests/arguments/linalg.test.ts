import { tensor } from "phaselens/core";
import * as linalg from "phaselens/linalg";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";
import { allow, batch, effort, either, nonNegative, real, type Kind } from "./support/kinds.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const matrix = () => tensor([2, 2], [2, 0.5, 0.5, 1]);
const vector = (...values: number[]) => Float64Array.from(values);
const form = { xx: 2, xy: 0.5, yy: 1 };
const anyFeatures: Kind = either(
  batch,
  allow("any number of features along any axes", "wider", "one axis more"),
);
const inverse = (factor: linalg.CholeskyFactor) => factor.solve(vector(1, 2));
const applied = (operator: linalg.SymmetricOperator) => operator.apply(vector(1, 2));

const entries: Readonly<Record<string, Entry>> = {
  cholesky: { valid: () => [matrix(), "typescript"], use: inverse },
  contourOf: {
    valid: () => [form, 0.5, 8],
    kinds: {
      "0.xx": nonNegative,
      "0.xy": real,
      "0.yy": nonNegative,
      "1": nonNegative,
      "2": effort,
    },
  },
  damped: {
    valid: () => [matrix(), { damping: 0.1 }],
    kinds: { "1.damping": real },
    use: applied,
  },
  planeOf: { valid: () => [vector(1, 0, 1), vector(0, 1, 1)] },
  principalComponents: {
    valid: () => [
      tensor([4, 2], [0, 1, 2, 3.5, 4, 5, 6, 8]),
      { count: 1, tolerance: 1e-8, centre: true },
    ],
    kinds: { "0": anyFeatures, "1.tolerance": nonNegative },
  },
  symmetricEigenvalues: { valid: () => [matrix(), "typescript"] },
  whiten: {
    valid: () => [symmetricEigen(matrix()), tensor([3, 2], [1, 2, 3, 4, 5, 6]), { damping: 0.1 }],
    kinds: { "1": batch, "2.damping": real },
  },
};

sweepRoom("linalg", linalg, entries);

import {
  callable,
  count,
  having,
  kind,
  nonNegative,
  optional,
  record,
  tensorOf,
} from "../core/arguments/kinds.js";
import type { ArgumentKind } from "../core/arguments/takes.js";
import { ShapeError } from "../core/errors.js";
import type { Tensor } from "../core/tensor.js";
import { aNetwork, riskOptions, someSamples } from "../nn/arguments.js";

/** A matrix [P, P] of finite numbers. */
export const aMatrix: ArgumentKind = (value, name) => {
  const fault = tensorOf(["P", "P"])(value, name);
  if (fault !== undefined) return fault;
  const { shape } = value as Tensor;
  if (shape[0] === shape[1]) return undefined;
  return {
    message: `${name} has shape [${shape}]; it must be a square matrix [P, P]`,
    error: ShapeError,
  };
};

const operatorWords = "an operator { dimension, apply } such as hessian.riskHessian makes";
export const anOperator: ArgumentKind = having(operatorWords, "dimension", "apply");
export const aSolver: ArgumentKind = having(
  "a solver such as hessian.solvers.exact makes",
  "dimension",
  "solve",
  "solveMany",
);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const curvatureWords = kind(
  "a matrix [P, P], an operator { dimension, apply } or a solver of hessian.solvers",
  isObject,
);

/** A Hessian as a matrix or as products. */
export const matrixOrOperator: ArgumentKind = (value, name) =>
  isObject(value) && "apply" in value ? anOperator(value, name) : aMatrix(value, name);

/** A Hessian as a matrix, as products, or as what solves systems of it. */
export const aCurvature: ArgumentKind = (value, name) => {
  const fault = curvatureWords(value, name);
  if (fault !== undefined) return fault;
  const whole = value as object;
  if ("solve" in whole) return aSolver(value, name);
  return matrixOrOperator(value, name);
};

/** λ, or λ with a scale; `checkDamping` asks the rest. */
export const aDamping: ArgumentKind = kind(
  "a number ≥ 0, or { lambda, scale }",
  (value) =>
    typeof value === "number" ||
    (isObject(value) && "lambda" in value && "scale" in value && ArrayBuffer.isView(value.scale)),
);

/** Options of a search that ends at a tolerance. */
export const searchOptions: ArgumentKind = record({
  tolerance: optional(nonNegative),
  stall: optional(nonNegative),
  maxEvaluations: optional(count(1)),
  jobs: optional(count(1)),
  onStep: optional(callable),
});

/** A trained network with the data and the damped Hessian of its risk. */
export const aProblem: ArgumentKind = record(
  {
    network: aNetwork,
    training: someSamples,
    options: riskOptions,
    damping: aDamping,
    hessian: aCurvature,
  },
  "{ network, theta, training, options, damping, hessian }",
);

/** Most parameters of a matrix. */
export const anExactLimit: ArgumentKind = kind(
  "a whole number ≥ 0, or Infinity for no limit",
  (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 0),
);

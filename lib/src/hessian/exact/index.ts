// The exact Hessian of the risk and the products of it, and its Gauss–Newton and
// Kronecker approximations.
export {
  exactHessian,
  type HessianRoute,
  type ExactHessian,
  type ExactHessianOptions,
} from "./exactHessian.js";
export { riskHessian, hvp, type SymmetricOperator } from "./operator.js";
export { parallelHessian, type ParallelHessianOptions } from "./parallelHessian.js";
export { gaussNewton } from "./gaussNewton.js";
export {
  kroneckerCurvature,
  type KroneckerOptions,
  type KroneckerCurvature,
} from "./kroneckerCurvature.js";
export type { SampledOperator } from "./sampledHessian.js";

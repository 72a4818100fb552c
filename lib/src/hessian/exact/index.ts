// The exact Hessian of the risk and the products of it, and its Gauss–Newton and
// Kronecker approximations.
export { parameterScale } from "./parameterScale.js";
export * from "./exactHessian.js";
export * from "./operator.js";
export { parallelHessian, type ParallelHessianOptions } from "./parallelHessian.js";
export * from "./gaussNewton.js";
export { gaussNewtonDiagonal } from "./gaussNewtonDiagonal.js";
export * from "./kroneckerCurvature.js";
export * from "./sampledHessian.js";

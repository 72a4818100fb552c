export * from "./cholesky.js";
export * from "./conjugateGradient.js";
export * from "./davidson.js";
export * from "./lanczos.js";
export * from "./lowestEigenpair.js";
export { damped, denseOperator, toDense, type SymmetricOperator } from "./operator.js";
export * from "./rowProducts.js";
export * from "./symmetricEigen.js";
export { countBelow } from "./tridiagonal.js";

export * from "./exactHessian.js";

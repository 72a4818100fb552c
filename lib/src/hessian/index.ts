export { paperDamping } from "./damping.js";
export * from "./exactHessian.js";
export * from "./extrapolation.js";
export { influence, type Influence, type InfluenceOptions } from "./influence.js";
export * from "./operator.js";
export * from "./testGradients.js";

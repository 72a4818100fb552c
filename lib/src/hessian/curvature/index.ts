// Which Hessian influence and audits of a network are made with: chosen by its size or by the
// caller, and named in their results.
export type { CurvatureName, CurvatureChoiceOptions } from "./choice.js";
export type { CurvatureFacts } from "./curvatureFacts.js";

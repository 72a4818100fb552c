export type { Assignment } from "./assignment.js";
export { cholesky, type CholeskyFactor } from "./cholesky.js";
export type { ConjugateGradientOptions, ConjugateGradientSolution } from "./conjugateGradient.js";
export type { DavidsonOptions } from "./davidson.js";
export type { LanczosOptions, LanczosResult } from "./lanczos.js";
export type { LowestEigenpairWorkspace } from "./lowestEigenpair.js";
export type { FilterMatch } from "./matchFilters.js";
export { damped, type SymmetricOperator } from "./operator.js";
export { planeOf, contourOf, type Plane, type InPlane, type QuadraticForm } from "./plane.js";
export {
  principalComponents,
  type PrincipalOptions,
  type PrincipalComponents,
} from "./principalComponents.js";
export { symmetricEigenvalues, type SymmetricEigen } from "./symmetricEigen.js";
export { whiten } from "./whiten.js";

// (H + λ1)⁻¹ v: exact, by conjugate gradients, by LiSSA, and the dampings λ that
// they need.
export { paperDamping, type Damping, type ScaledDamping } from "./damping.js";
export { relativeDamping } from "./relativeDamping.js";
export { exactSolver, type HessianSolver, type Solution, type Solutions } from "./solver.js";
export {
  conjugateGradientSolver,
  type ConjugateGradientSolverOptions,
} from "./conjugateGradientSolver.js";
export { lissaSolver, type LissaOptions } from "./lissaSolver.js";
export { spectralPreconditioner } from "./spectralPreconditioner.js";

// (H + λ1)⁻¹ v: exact, by conjugate gradients, by LiSSA, and the dampings λ that
// they need.
export { paperDamping, type Damping, type ScaledDamping } from "./damping.js";
export { relativeDamping } from "./relativeDamping.js";
export { solvers } from "./solvers.js";
export type { HessianSolver, Solution, Solutions } from "./solver.js";
export type { ConjugateGradientSolverOptions } from "./conjugateGradientSolver.js";
export type { LissaOptions } from "./lissaSolver.js";

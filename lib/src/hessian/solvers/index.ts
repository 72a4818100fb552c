// (H + λ1)⁻¹ v: exact, by conjugate gradients, by LiSSA, and the dampings λ that
// they need.
export type { Damping, ScaledDamping } from "./damping.js";
export { dampings } from "./dampings.js";
export { solvers } from "./solvers.js";
export type { HessianSolver, Solution, Solutions } from "./solver.js";
export type { ConjugateGradientSolverOptions } from "./conjugateGradientSolver.js";
export type { LissaOptions } from "./lissaSolver.js";

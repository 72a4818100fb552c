// (H + λ1)⁻¹ v: exact, by conjugate gradients, by LiSSA, and the dampings λ that
// they need.
export { paperDamping, type Damping, type ScaledDamping } from "./damping.js";
export { relativeDamping } from "./relativeDamping.js";
export { exactSolver, type HessianSolver, type Solution, type Solutions } from "./solver.js";
export * from "./conjugateGradientSolver.js";
export * from "./lissaSolver.js";
export * from "./spectralPreconditioner.js";

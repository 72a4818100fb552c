// Eigenvalues of a Hessian that is too large to be written down: density, extremes,
// trace by probes.
export * from "./spectralDensity.js";
export * from "./traceEstimate.js";

// Eigenvalues of a Hessian that is too large to be written down: density, extremes,
// trace by probes.
export {
  spectralDensity,
  type SpectralDensityOptions,
  type SpectralDensity,
} from "./spectralDensity.js";
export { traceEstimate, type TraceOptions } from "./traceEstimate.js";

import type { SpectrumAudit } from "./auditReport.js";
import { lambdaOf, type Damping } from "../solvers/damping.js";
import { FLAT } from "./auditThresholds.js";

/** Relative to the largest modulus: what the eigensolver's rounding leaves of a zero. */
const ZERO = 1e-12;

/**
 * Negative and flat directions of the Hessian, and what the damping makes of them.
 *
 * Pass: no negative eigenvalue. Caution: some, but H + λ1 is positive definite. Fail: it is not.
 * @param values  eigenvalues of the Hessian in the frame of the damping, ascending
 */
export function auditSpectrum(values: Float64Array, damping: Damping): SpectrumAudit {
  const lambda = lambdaOf(damping);
  const [lowest, highest] = [values[0], values[values.length - 1]];
  const zero = ZERO * Math.max(Math.abs(lowest), Math.abs(highest));
  const negative = values.filter((value) => value < -zero);
  const below = lambda > 0 ? FLAT * lambda : zero;
  const definite = lowest + lambda > zero;
  return {
    verdict: !definite ? "fail" : negative.length > 0 ? "caution" : "pass",
    damping,
    lambda,
    smallestDamping: Math.max(0, -lowest),
    lowest,
    highest,
    bounds: false,
    negative: { count: negative.length, sum: negative.reduce((sum, value) => sum + value, 0) },
    flat: { count: values.filter((value) => Math.abs(value) < below).length, below },
    conditionNumber: definite ? (highest + lambda) / (lowest + lambda) : Infinity,
  };
}

/**
 * The same from bounds on the ends of the spectrum. Of Kronecker factors, which are positive
 * themselves, a negative direction of H is a caution: what it does to them the response shows.
 * @param factors  their eigenvalues, where they take the place of the Hessian
 */
export function boundedSpectrum(
  [lowest, highest]: readonly [number, number],
  damping: Damping,
  factors?: Float64Array,
): SpectrumAudit {
  const lambda = lambdaOf(damping);
  const definite = lowest + lambda > 0;
  const below = FLAT * lambda;
  const negative = lowest < -below;
  return {
    verdict: !definite && !factors ? "fail" : negative ? "caution" : "pass",
    damping,
    lambda,
    smallestDamping: Math.max(0, -lowest),
    lowest,
    highest,
    bounds: true,
    negative: undefined,
    flat: factors && { count: factors.filter((value) => value < below).length, below },
    conditionNumber: definite ? (highest + lambda) / (lowest + lambda) : Infinity,
  };
}

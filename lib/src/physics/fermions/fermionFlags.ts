import type { EnsembleReport } from "../sampling/ensembleQuality.js";
import type { EnsembleSpec } from "../sampling/ensembleSpec.js";
import { describeHop, largestHop } from "./hoppingRange.js";
import { exactTreatment, rightTreatment } from "./lightFermions.js";

type Numbers = Omit<EnsembleReport, "flags">;

// The density of M_f + gφ falls towards 0 where the fermion is heavy: if so small a part of M_f was
// never met, neither is the other sign
const NEAR_ZERO = 0.1;
// Standard deviations of a mean
const SHIFT = 1;

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

/**
 * The hopping expansion where it does not hold, or not well enough: one sentence of fact and one of
 * cure.
 */
export function hoppingFlag(report: Numbers, spec: EnsembleSpec): string | undefined {
  const { fermions, correction, parameters, shape } = spec;
  const { diracMass } = report;
  if (fermions !== "hopping" || diracMass === null) return undefined;
  const least = diracMass.least.toPrecision(3);
  if (correction === "exact") {
    if (diracMass.least > NEAR_ZERO * parameters.fermionMass) return undefined;
    return (
      `hopping expansion: M_f + gφ came down to ${least}, and fields in which it changes its ` +
      `sign are left out. Use ${exactTreatment(shape)}.`
    );
  }
  if (diracMass.least <= largestHop(shape)) {
    return (
      `hopping expansion: M_f + gφ came down to ${least}, and the series is sure to converge ` +
      `above ${describeHop(shape)} only, so that the weights may be wrong. ` +
      `Use ${rightTreatment(shape, parameters)}.`
    );
  }
  return truncationFlag(report, spec);
}

function truncationFlag({ hoppingTruncation }: Numbers, spec: EnsembleSpec): string | undefined {
  const { order = 2, correction, shape, parameters } = spec;
  if (hoppingTruncation === null || hoppingTruncation.shift <= SHIFT) return undefined;
  const { observable, shift } = hoppingTruncation;
  const second = order === 2 && correction === undefined;
  const better = second ? 'order: 4 with algorithm: "hmc", or ' : "";
  return (
    `hopping expansion: the order after ${second ? "second" : "fourth"} would move ${observable} ` +
    `by ${shift.toFixed(1)} σ. ` +
    `Use ${better}${rightTreatment(shape, parameters)}.`
  );
}

/** M_f + gφ of both signs, which hmc does not sample. */
export function signFlag(
  { diracMass }: Numbers,
  { fermions, shape }: EnsembleSpec,
): string | undefined {
  if (fermions !== "pseudofermion" || diracMass === null || diracMass.negative === 0)
    return undefined;
  return (
    `light fermions: M_f + gφ is negative at ${percent(diracMass.negative)} of sites, so that ` +
    `det D may vanish, and hmc does not cross its zeros. Use ${exactTreatment(shape)}.`
  );
}

/** Linear systems that were not solved. */
export function solverFlag(
  { failedSolves, trajectories }: Numbers,
  { solver, chains = 2, thermalisation, shape }: EnsembleSpec,
): string | undefined {
  const failed = failedSolves.reduce((sum, count) => sum + count, 0);
  if (failed === 0) return undefined;
  const all = trajectories + chains * thermalisation;
  return (
    `failed solves: the solver gave up in ${failed} of ${all} trajectories, which were rejected. ` +
    `Use more steps, or raise solver.maxIterations above ${solver?.maxIterations ?? 2000}, ` +
    `or use ${exactTreatment(shape)}.`
  );
}

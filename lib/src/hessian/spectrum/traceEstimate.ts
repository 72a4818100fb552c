import { record, stream } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { anOperator } from "../arguments.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import type { Rng } from "../../core/random/rng.js";
import { checkFinite, dot } from "../../core/tensor.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import { checkProbes, independentEstimate, signs } from "./probes.js";

/** Options of `traceEstimate`. */
export interface TraceOptions {
  /** Vectors of random signs (default 32). */
  readonly probes?: number;
  readonly rng: Rng;
}

/**
 * Trace of a symmetric operator from products alone.
 *
 *   tr A = ⟨zᵀ A z⟩,  z of independent signs ±1        Hutchinson 1990
 *
 * The variance of one probe is 2 Σ_{i≠j} A_ij²: a diagonal operator is exact.
 * @returns mean, standard error and number of probes
 */
export function traceEstimate(operator: SymmetricOperator, options: TraceOptions): Estimate {
  takes("traceEstimate", {
    operator: [operator, anOperator],
    options: [options, record({ rng: stream })],
  });
  const { probes = 32, rng } = options;
  checkProbes(probes, "traceEstimate");
  const values = Float64Array.from({ length: probes }, (_, k) => {
    const z = signs(operator.dimension, rng.fork(`probe ${k}`));
    return dot(z, operator.apply(z));
  });
  checkFinite(values, "traceEstimate, zᵀ A z");
  return independentEstimate(values);
}

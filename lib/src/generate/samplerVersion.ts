import type { EnsembleSpec } from "../physics/sampling/ensembleSpec.js";
import { largestHop } from "../physics/fermions/hoppingRange.js";
import { leastMassReached } from "../physics/fermions/lightFermions.js";

/**
 * To be raised whenever `sampleEnsemble` gives other numbers, or says other things of them, for the
 * same spec: older pieces are then made anew. 2 where a run meets M_f + gφ below ‖K‖: earlier
 * reports did not say that the hopping expansion diverges there, and all chains began alike.
 */
export function samplerVersion({ fermions, parameters, shape }: EnsembleSpec): number {
  if (fermions === "quenched") return 1;
  return leastMassReached(parameters, shape.length) > largestHop(shape) ? 1 : 2;
}

import type { EnsembleSpec } from "./ensembleSpec.js";
import { LARGEST_EXACT } from "../fermions/exactUpdates.js";
import { largestHop } from "../fermions/hoppingRange.js";
import { leastMassReached } from "../fermions/lightFermions.js";

// With M_f + gφ as many times ‖K‖ at all sites, what the second order leaves out of ln det D is
// 1e-4 a site and nearly constant
const HEAVY = 5;

/**
 * A sampler of the same theory that moves where hmc is held: clusters, with the determinant
 * expanded where the fermion is heavy and exact where it is not and the lattice small. Undefined
 * for clusters themselves, and where there is none.
 */
export function otherSampler(spec: EnsembleSpec): string | undefined {
  const { algorithm, fermions, shape, parameters, order = 2, correction } = spec;
  if (algorithm === "cluster") return undefined;
  if (fermions !== "pseudofermion") {
    const plain = order === 2 && correction === undefined;
    return `algorithm: "cluster"${plain ? "" : ", of order 2 without correction"}`;
  }
  const heavy = leastMassReached(parameters, shape.length) > HEAVY * largestHop(shape);
  if (heavy) return 'algorithm: "cluster" with fermions: "hopping"';
  const small = shape.reduce((product, extent) => product * extent, 1) <= LARGEST_EXACT;
  if (small) return 'algorithm: "cluster" with fermions: "exact"';
  return undefined;
}

import { ConfigError } from "../../core/errors.js";
import { checkHoppingRange, checkHoppingStart } from "./hoppingRange.js";
import type { Lattice } from "../lattice/lattice.js";
import {
  checkDirac,
  checkKleinGordon,
  type YukawaParameters,
} from "../lattice/yukawaParameters.js";

/** Fermion treatments with which single sites and clusters can be updated. */
export type LocalFermions = "hopping" | "exact" | "quenched";

/**
 * The weight e^{−S} as single-site and cluster updates need it, S the Klein-Gordon action, Eq. (1),
 * plus the determinant of two flavours to second order in the hopping,
 *
 *   −ln det(DᵀD) = −2 [Σ_n ln |A(n)| + ¼ Σ_links 1/(A(n) A(n+μ̂))] + …,   A = M_f + g φ
 *
 * The expansion holds for |A| ≫ 1; where A would change sign the weight is taken as 0.
 */
export interface LocalWeight {
  readonly lattice: Lattice;
  readonly parameters: YukawaParameters;
  /** False in the quenched theory and at g = 0: no determinant to weigh. */
  readonly hasFermions: boolean;
  /** 1/A(n), [sites]; kept in step with the field by every update. */
  readonly inverse: Float64Array;
}

/**
 * @throws ConfigError if a field makes A vanish or change sign, or for fermions that are not local
 */
export function localWeight(
  lattice: Lattice,
  parameters: YukawaParameters,
  fermions: Exclude<LocalFermions, "exact">,
  field: Float64Array,
): LocalWeight {
  if (fermions !== "hopping" && fermions !== "quenched") {
    const cure = 'Use "exact", "hopping" (second order) or "quenched" here, or sample with hmc.';
    throw new ConfigError(
      `cluster: ${JSON.stringify(fermions)} fermions have no local weight. ${cure}`,
      { fermions },
    );
  }
  checkKleinGordon(parameters, lattice);
  checkDirac(parameters);
  if (fermions === "hopping") checkHoppingRange(lattice.shape, parameters);
  const { fermionMass, yukawaCoupling } = parameters;
  const hasFermions = fermions === "hopping" && yukawaCoupling !== 0;
  const inverse = new Float64Array(lattice.sites);
  if (hasFermions) {
    checkHoppingStart("cluster", lattice.shape, parameters, field);
    field.forEach((phi, n) => (inverse[n] = 1 / (fermionMass + yukawaCoupling * phi)));
  }
  return { lattice, parameters, hasFermions, inverse };
}

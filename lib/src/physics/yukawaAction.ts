import { ConfigError } from "../core/errors.js";
import { sumOfTerms, type Action } from "./action.js";
import { diracLogDeterminant } from "./diracLogDeterminant.js";
import { hoppingTerm } from "./hoppingExpansion.js";
import { hoppingFourthOrder } from "./hoppingFourthOrder.js";
import { kleinGordonTerm } from "./kleinGordonAction.js";
import type { Lattice } from "./lattice.js";
import { makeLatticeMemory, type Backend } from "./latticeMemory.js";
import { PSEUDOFERMION_VECTORS, pseudofermionTerm, type SolverOptions } from "./pseudofermions.js";
import { checkDirac, checkKleinGordon, type YukawaParameters } from "./yukawaParameters.js";

/**
 * How det(DᵀD) enters: by two pseudofermions, exactly; by its expansion in the hops, local and ten times cheaper, for large M_f; or
 * not at all.
 */
export type Fermions = "pseudofermion" | "hopping" | "quenched";

export interface YukawaOptions extends SolverOptions {
  readonly fermions: Fermions;
  /** Of the hopping expansion; 2 by default. */
  readonly order?: 2 | 4;
  /**
   * What `correction` of a hopping action restores: the "fourth" order of the expansion after the second, for any lattice, or the
   * "exact" determinant, dense and for at most 4096 sites. None by default.
   */
  readonly correction?: "fourth" | "exact";
  readonly backend?: Backend;
}

/**
 * Scalar Yukawa model with two degenerate staggered flavours.
 *
 *   S = S_KG[φ] − ln det(DᵀD)        Blücher et al. 2020, Eqs. (1)–(3)
 *
 * @throws ConfigError  for parameters outside their domain, for a hopping action with M_f = 0, for options that do not belong together,
 *                      and with fermions for an odd extent or one below 4
 */
export function yukawaAction(lattice: Lattice, parameters: YukawaParameters, options: YukawaOptions): Action {
  checkKleinGordon(parameters, lattice);
  checkDirac(parameters);
  const { fermions, order = 2, correction } = options;
  if (fermions !== "hopping" && (options.order !== undefined || correction !== undefined)) {
    throw new ConfigError(
      `yukawaAction: order and correction belong to fermions "hopping", not to "${fermions}". Leave them out.`, { fermions });
  }
  const memory = makeLatticeMemory(lattice, fermions === "pseudofermion" ? PSEUDOFERMION_VECTORS + 1 : 1, options.backend);
  const scalar = kleinGordonTerm(memory, parameters);
  switch (fermions) {
    case "quenched":
      return sumOfTerms(memory, [scalar]);
    case "pseudofermion":
      return sumOfTerms(memory, [scalar, pseudofermionTerm(memory, parameters, options)]);
    case "hopping": {
      checkHopping(order, parameters.fermionMass);
      const hopping = hoppingTerm(memory, parameters, order);
      return sumOfTerms(memory, [hopping], correctionOf(lattice, parameters, order, correction, (field) => {
        memory.arena.f64.set(field, memory.field);
        return hopping.determinant();
      }));
    }
    default:
      throw new ConfigError(
        `yukawaAction: fermions is ${JSON.stringify(fermions)}. Use "pseudofermion", "hopping" or "quenched".`, { fermions });
  }
}

function checkHopping(order: number, fermionMass: number): void {
  if (order !== 2 && order !== 4) {
    throw new ConfigError(`yukawaAction: the order of the hopping expansion is ${order}. Use 2 or 4.`, { order });
  }
  if (!(fermionMass > 0)) {
    throw new ConfigError(
      `yukawaAction: the hopping expansion needs a fermion mass above 0, got ${fermionMass}. Use fermions "pseudofermion".`, { fermionMass });
  }
}

/** `expanded` gives the expansion's own −ln det(DᵀD). */
function correctionOf(
  lattice: Lattice, parameters: YukawaParameters, order: 2 | 4, kind: YukawaOptions["correction"],
  expanded: (field: Float64Array) => number,
): ((field: Float64Array) => number) | undefined {
  switch (kind) {
    case undefined:
      return undefined;
    case "exact":
      return (field) => -2 * diracLogDeterminant(lattice, field, parameters) - expanded(field);
    case "fourth": {
      if (order === 4) throw new ConfigError('yukawaAction: the action has the fourth order already. Use correction: "exact", or order 2.');
      const fourth = hoppingFourthOrder(lattice);
      return (field) => -2 * fourth.value(field.map((phi) => 1 / (parameters.fermionMass + parameters.yukawaCoupling * phi)));
    }
    default:
      throw new ConfigError(
        `yukawaAction: correction is ${JSON.stringify(kind)}. Use "fourth" or "exact", or leave it out.`, { correction: kind });
  }
}

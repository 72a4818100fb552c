import { record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aLattice, yukawaCouplings } from "../arguments.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { sumOfTerms, type Action } from "./action.js";
import { diracLogDeterminant } from "../fermions/diracLogDeterminant.js";
import { hoppingTerm } from "../fermions/hoppingExpansion.js";
import { hoppingFourthOrder } from "../fermions/hoppingFourthOrder.js";
import { checkHoppingRange } from "../fermions/hoppingRange.js";
import { kleinGordonTerm } from "./kleinGordonAction.js";
import type { Lattice } from "./lattice.js";
import { rightTreatment } from "../fermions/lightFermions.js";
import { makeLatticeMemory, type Backend } from "./latticeMemory.js";
import {
  checkSolver,
  PSEUDOFERMION_VECTORS,
  pseudofermionTerm,
  type SolverOptions,
} from "../fermions/pseudofermions.js";
import { checkStaggeredShape } from "./staggeredPhases.js";
import {
  checkDirac,
  checkKleinGordon,
  type Fermions,
  type YukawaParameters,
} from "./yukawaParameters.js";

/** Options of `yukawaAction`. */
export interface YukawaOptions extends SolverOptions {
  readonly fermions: Fermions;
  /** Of the hopping expansion; 2 by default. */
  readonly order?: 2 | 4;
  /**
   * What `correction` of a hopping action restores: the "fourth" order of the expansion after the
   * second, for any lattice, or the "exact" determinant, dense and for at most 4096 sites. None by
   * default.
   */
  readonly correction?: "fourth" | "exact";
  /** "typescript" declines the compiled kernels (default "auto"). */
  readonly backend?: Backend;
}

/**
 * Scalar Yukawa model with two degenerate staggered flavours.
 *
 *   S = S_KG[φ] − ln det(DᵀD)        Blücher et al. 2020, Eqs. (1)–(3)
 *
 * @throws ConfigError  for parameters outside their domain, for a hopping action where the
 *                      expansion holds for no field (`largestHop`), for options that do not belong
 *                      together, and with fermions for an odd extent or one below 4
 */
export function yukawaAction(
  lattice: Lattice,
  parameters: YukawaParameters,
  options: YukawaOptions,
): Action {
  takes("yukawaAction", {
    lattice: [lattice, aLattice],
    parameters: [parameters, yukawaCouplings],
    options: [options, record()],
  });
  checkKleinGordon(parameters, lattice);
  checkDirac(parameters);
  checkYukawaOptions(lattice.shape, parameters, options);
  const { fermions, order = 2, correction } = options;
  const memory = makeLatticeMemory(
    lattice,
    fermions === "pseudofermion" ? PSEUDOFERMION_VECTORS + 1 : 1,
    options.backend,
  );
  const scalar = kleinGordonTerm(memory, parameters);
  switch (fermions) {
    case "quenched":
      return sumOfTerms(memory, [scalar]);
    case "pseudofermion":
      return sumOfTerms(memory, [scalar, pseudofermionTerm(memory, parameters, options)]);
    case "hopping": {
      const hopping = hoppingTerm(memory, parameters, order);
      const expanded = (field: Float64Array): number => {
        memory.arena.f64.set(field, memory.field);
        return hopping.determinant();
      };
      return sumOfTerms(memory, [hopping], correctionOf(lattice, parameters, correction, expanded));
    }
  }
}

/**
 * Refuses what `yukawaAction` cannot make of parameters that are numbers in their domains.
 * @throws ConfigError  as `yukawaAction`
 */
export function checkYukawaOptions(
  shape: readonly number[],
  parameters: YukawaParameters,
  options: YukawaOptions,
): void {
  const { fermions, order, correction, forceTolerance, actionTolerance, maxIterations } = options;
  if (fermions !== "hopping" && (order !== undefined || correction !== undefined)) {
    throw new ConfigError(
      `yukawaAction: order and correction belong to fermions "hopping", not to "${fermions}". ` +
        "Leave them out.",
      { fermions },
    );
  }
  if (fermions !== "pseudofermion" && fermions !== "hopping" && fermions !== "quenched") {
    const cure = (fermions as string) === "exact" ? 'Sample with "cluster", or use' : "Use";
    throw new ConfigError(
      `yukawaAction: fermions is ${JSON.stringify(fermions)}. ${cure} "pseudofermion", "hopping" ` +
        'or "quenched".',
      { fermions },
    );
  }
  if (options.backend !== undefined)
    oneOf(options.backend, ["auto", "typescript"], "yukawaAction: backend");
  if (fermions !== "quenched") checkStaggeredShape(shape);
  if (fermions === "pseudofermion") checkSolver({ forceTolerance, actionTolerance, maxIterations });
  if (fermions === "hopping") checkHopping(shape, parameters, order ?? 2, correction);
}

function checkHopping(
  shape: readonly number[],
  parameters: YukawaParameters,
  order: number,
  correction: unknown,
): void {
  const { fermionMass } = parameters;
  if (order !== 2 && order !== 4) {
    throw new ConfigError(
      `yukawaAction: the order of the hopping expansion is ${order}. Use 2 or 4.`,
      { order },
    );
  }
  if (!(fermionMass > 0)) {
    throw new ConfigError(
      `yukawaAction: the hopping expansion needs a fermion mass above 0, got ${fermionMass}. ` +
        `Use ${rightTreatment(shape, parameters)}.`,
      { fermionMass },
    );
  }
  if (correction !== undefined && correction !== "fourth" && correction !== "exact") {
    throw new ConfigError(
      `yukawaAction: correction is ${JSON.stringify(correction)}. Use "fourth" or "exact", or ` +
        "leave it out.",
      { correction },
    );
  }
  if (correction === "fourth" && order === 4) {
    const fact = "the action has the fourth order already";
    throw new ConfigError(`yukawaAction: ${fact}. Use correction: "exact", or order 2.`);
  }
  // the accept step with the exact determinant makes good for any expansion
  if (correction !== "exact") checkHoppingRange(shape, parameters);
}

/** `expanded` gives the expansion's own −ln det(DᵀD). */
function correctionOf(
  lattice: Lattice,
  parameters: YukawaParameters,
  kind: YukawaOptions["correction"],
  expanded: (field: Float64Array) => number,
): ((field: Float64Array) => number) | undefined {
  switch (kind) {
    case undefined:
      return undefined;
    case "exact":
      return (field) => -2 * diracLogDeterminant(lattice, field, parameters) - expanded(field);
    case "fourth": {
      const fourth = hoppingFourthOrder(lattice);
      return (field) =>
        -2 *
        fourth.value(
          field.map((phi) => 1 / (parameters.fermionMass + parameters.yukawaCoupling * phi)),
        );
    }
  }
}

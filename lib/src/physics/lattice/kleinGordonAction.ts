import { optional, record, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aLattice, scalarCouplings } from "../arguments.js";
import { sumOfTerms, type Action, type ActionTerm } from "./action.js";
import type { Lattice } from "./lattice.js";
import { backends, makeLatticeMemory, type Backend, type LatticeMemory } from "./latticeMemory.js";
import { checkKleinGordon, type KleinGordonParameters } from "./yukawaParameters.js";

/**
 * Action of the scalar field with quartic self-interaction.
 *
 *   S = Σ_n [−2κ Σ_μ φ(n) φ(n+μ̂) + (1 − 2λ) φ(n)² + λ φ(n)⁴]        Blücher et al. 2020, Eq. (1)
 *
 * @param options.backend  "typescript" declines the compiled kernels (default "auto")
 * @throws ConfigError for λ < 0, numbers that are not finite, and a free field (λ = 0) with |κ| ≥
 *   1/2d
 */
export function kleinGordonAction(
  lattice: Lattice,
  parameters: KleinGordonParameters,
  options: { readonly backend?: Backend } = {},
): Action {
  takes("kleinGordonAction", {
    lattice: [lattice, aLattice],
    parameters: [parameters, scalarCouplings],
    options: [options, record({ backend: optional(word(backends)) })],
  });
  const { backend = "auto" } = options;
  checkKleinGordon(parameters, lattice);
  const memory = makeLatticeMemory(lattice, 0, backend);
  return sumOfTerms(memory, [kleinGordonTerm(memory, parameters)]);
}

/** The same as a term of an action; it sets the force. */
export function kleinGordonTerm(
  memory: LatticeMemory,
  { hoppingParameter, quarticCoupling }: KleinGordonParameters,
): ActionTerm {
  const { arena, rows, rowLength, pairs, table, field, force } = memory;
  return {
    value: () =>
      arena.kleinGordonAction(
        rows,
        rowLength,
        pairs,
        table,
        field,
        hoppingParameter,
        quarticCoupling,
      ),
    force: () =>
      arena.kleinGordonForce(
        rows,
        rowLength,
        pairs,
        table,
        field,
        force,
        hoppingParameter,
        quarticCoupling,
      ),
  };
}

import type { ActionTerm } from "../lattice/action.js";
import { hoppingFourthOrder } from "./hoppingFourthOrder.js";
import { kleinGordonTerm } from "../lattice/kleinGordonAction.js";
import type { LatticeMemory } from "../lattice/latticeMemory.js";
import { sumOfLogarithms } from "./logSum.js";
import { checkStaggeredShape } from "../lattice/staggeredPhases.js";
import type { YukawaParameters } from "../lattice/yukawaParameters.js";

/** The flavours of the paper: the weight is det(DᵀD) = (det D)². */
const FLAVOURS = 2;

/**
 * The scalar action and the expanded determinant as one term: their forces share a pass over the
 * field.
 */
export interface HoppingTerm extends ActionTerm {
  /** −2 ln det D alone, as expanded. */
  determinant(): number;
}

/**
 * S_KG − 2 ln det D, the determinant expanded in the hops, with A = M_f + gφ and w = 1/A:
 *
 *   ln det D = Σ ln A + ¼ Σ_links w w′ + … from D = A + K, ln det D = tr ln A − ½ tr (wK)² − ¼ tr
 *   (wK)⁴ − …
 *
 * The series holds where A > √d; a field with A ≤ 0 or no number at some site has the value +∞
 * (weight zero).
 * @param order  2, or 4 for the term of `hoppingFourthOrder` as well
 */
export function hoppingTerm(
  memory: LatticeMemory,
  parameters: YukawaParameters,
  order: 2 | 4,
): HoppingTerm {
  const { hoppingParameter, quarticCoupling, fermionMass, yukawaCoupling } = parameters;
  const { lattice, arena, rows, rowLength, pairs, table, field, force } = memory;
  checkStaggeredShape(lattice.shape);
  const { sites } = lattice;
  const w = memory.vector();
  const weights = arena.f64.subarray(w, w + sites);
  const result = arena.f64.subarray(force, force + sites);
  const fourth = order === 4 ? hoppingFourthOrder(lattice) : undefined;
  const scalar = kleinGordonTerm(memory, parameters);
  const determinant = (): number => {
    arena.reciprocalField(sites, field, w, fermionMass, yukawaCoupling);
    const logarithms = sumOfLogarithms(weights);
    if (Number.isNaN(logarithms)) return Infinity;
    const second = 0.25 * arena.linkSum(rows, rowLength, pairs, table, w);
    return -FLAVOURS * (second - logarithms + (fourth ? fourth.value(weights) : 0));
  };
  return {
    determinant,
    value: () => scalar.value() + determinant(),
    force: () => {
      arena.kleinGordonForceAndReciprocals(
        rows,
        rowLength,
        pairs,
        table,
        field,
        force,
        hoppingParameter,
        quarticCoupling,
        w,
        fermionMass,
        yukawaCoupling,
      );
      arena.addHoppingForce(rows, rowLength, pairs, table, w, force, FLAVOURS * yukawaCoupling);
      fourth?.addForce(weights, result, FLAVOURS * yukawaCoupling);
    },
  };
}

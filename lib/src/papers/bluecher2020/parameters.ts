import { takes } from "../../core/arguments/takes.js";
import { count, optional, record } from "../../core/arguments/kinds.js";
import { couplingGrid } from "../../physics/sampling/couplingGrid.js";

/** Lattice and couplings of Blücher et al. 2020, Table I. */
export const parameters: {
  readonly shape: readonly number[];
  readonly quarticCoupling: number;
  readonly fermionMass: number;
  readonly yukawaCoupling: number;
} = { shape: [16, 16, 16], quarticCoupling: 1.1, fermionMass: 20, yukawaCoupling: 0.25 };

/**
 * The hopping parameters κ_b = first + step · b of the paper's data. The paper states neither; −.35
 * + .005 b, b = 0 … 139, is inferred from its 140 outputs (Table III), Δκ and the range of its
 * figures. Rounded to twelve digits, so that κ = 0 is 0.
 * @param grid.first  κ_0 (default −0.35)
 * @param grid.step   Δκ (default 0.005)
 * @param grid.count  number of couplings (default 140)
 * @throws ConfigError unless count is a positive whole number and the other two are finite
 */
export function couplings(
  grid: { readonly first?: number; readonly step?: number; readonly count?: number } = {},
): Float64Array {
  takes("couplings", { grid: [grid, record({ count: optional(count(1, 2 ** 20)) })] });
  const { first = -0.35, step = 0.005, count: points = 140 } = grid;
  return couplingGrid({ first, step, count: points });
}

/**
 * Stretches of the hopping parameter κ at the couplings of Blücher et al. 2020, Table I, N = 16:
 * the antiferromagnetic (AFM), paramagnetic (PM) and ferromagnetic (FM) phase. Between them lie the
 * antiferromagnetic transition and, since the fermions break the reflection φ → −φ, a crossover.
 * The paper draws them without numbers; these are where the susceptibilities peak in our ensembles.
 */
export const phases: readonly {
  readonly from: number;
  readonly to: number;
  readonly phase: "AFM" | "PM" | "FM";
}[] = [
  { from: -0.35, to: -0.195, phase: "AFM" },
  { from: -0.18, to: 0.16, phase: "PM" },
  { from: 0.19, to: 0.345, phase: "FM" },
];

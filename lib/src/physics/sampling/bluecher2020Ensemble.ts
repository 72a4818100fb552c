import { ConfigError } from "../../core/errors.js";

/** Lattice and couplings of Blücher et al. 2020, Table I. */
export const bluecher2020Parameters: {
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
export function bluecher2020Couplings(
  grid: { readonly first?: number; readonly step?: number; readonly count?: number } = {},
): Float64Array {
  const { first = -0.35, step = 0.005, count = 140 } = grid;
  if (!(Number.isInteger(count) && count >= 1 && Number.isFinite(first) && Number.isFinite(step))) {
    const fact = `first ${first}, step ${step}, count ${count}`;
    throw new ConfigError(
      `bluecher2020Couplings: ${fact}; give finite numbers and at least one coupling.`,
      { ...grid },
    );
  }
  return Float64Array.from({ length: count }, (_, b) => Number((first + step * b).toFixed(12)) + 0);
}

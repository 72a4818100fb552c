import { takes } from "../../core/arguments/takes.js";
import { real, record, tensorOf } from "../../core/arguments/kinds.js";
import { row } from "../../core/tensor.js";
import type { Data } from "./data.js";
import { halfFilledBasis, occupation } from "../../physics/hubbard/fock.js";

/**
 * Staggered density correlations of each state, ⟨m²⟩ with m = (2/L) Σ_i (−1)^i n_i: 1 for the
 * pattern 1010… and for its mirror image alike, so that it grows at the transition, not first where
 * the staggered field h₁ wins and the order parameter ⟨|n_i − n_{i+1}|⟩ appears.
 * @returns  [n]
 */
export function structureFactor(
  data: Pick<Data, "x" | "normalisation">,
  sites: number,
): Float64Array {
  takes("structureFactor", {
    data: [
      data,
      record(
        { x: tensorOf(["n", "…"]), normalisation: record({ minimum: real, maximum: real }) },
        "{ x, normalisation }",
      ),
    ],
  });
  const { x, normalisation } = data;
  const { states } = halfFilledBasis(sites);
  const squares = Float64Array.from(states, (state) => {
    let sum = 0;
    for (let site = 0; site < sites; site++) {
      sum += (site % 2 === 0 ? 1 : -1) * occupation(state, site, sites);
    }
    return ((2 * sum) / sites) ** 2;
  });
  const { minimum, maximum } = normalisation;
  const amplitude = (value: number): number => minimum + (maximum - minimum) * value;
  const mean = (state: Float64Array): number =>
    state.reduce((sum, value, k) => sum + amplitude(value) ** 2 * squares[k], 0);
  return Float64Array.from({ length: x.shape[0] }, (_, n) => mean(row(x, n)));
}

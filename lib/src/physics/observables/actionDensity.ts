import { takes } from "../../core/arguments/takes.js";
import { scalarCouplings, takesField } from "../arguments.js";
import type { Lattice } from "../lattice/lattice.js";
import { nearestNeighbourCorrelator } from "./fieldCorrelator.js";
import { quarticField, squaredField } from "./localMoments.js";

/**
 * Energy per site of the scalar field: the Klein-Gordon action of one configuration over its
 * volume, without fermions.
 *
 *   S_KG/|Λ| = −2κ Σ_μ ⟨φ(n)φ(n + μ̂)⟩_Λ + (1 − 2λ) ⟨φ²⟩_Λ + λ ⟨φ⁴⟩_Λ Blücher et al. 2020, Eq. (1)
 *
 * @throws ShapeError if `field` does not belong to `lattice`
 */
export function actionDensity(
  field: Float64Array,
  lattice: Lattice,
  parameters: { readonly hoppingParameter: number; readonly quarticCoupling: number },
): number {
  takesField("actionDensity", field, lattice);
  takes("actionDensity", { parameters: [parameters, scalarCouplings] });
  const { hoppingParameter: kappa, quarticCoupling: lambda } = parameters;
  const hopping = -2 * kappa * lattice.dimensions * nearestNeighbourCorrelator(field, lattice);
  return hopping + (1 - 2 * lambda) * squaredField(field) + lambda * quarticField(field);
}

import { kind, tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import type { Tensor } from "../../core/tensor.js";
import { ensembleAverage } from "../observables/ensembleAverage.js";
import type { XyModel } from "./xyModel.js";

const anXyModel = kind("a model of physics.xyModel", (value) => {
  const { lattice, coupling, states } = (value ?? {}) as Partial<XyModel>;
  return [lattice, coupling].every(Boolean) && "reference" in (states ?? {});
});

/**
 * Helicity modulus of the XY model: what a twist a of every link along an axis costs a site,
 * Υ = ∂²F/∂a²/|Λ|, averaged over the axes.
 *
 *   Υ = J/|Λ| ⟨Σ_n cos(θ(n+μ̂) − θ(n))⟩ − β J²/|Λ| ⟨(Σ_n sin(θ(n+μ̂) − θ(n)))²⟩
 *
 * Teitel and Jayaprakash, Phys. Rev. B 27 (1983) 598. In two dimensions it jumps from 2/πβ to 0 at
 * the Kosterlitz–Thouless transition.
 * @param fields  angles [configurations, …shape], in Monte Carlo order
 */
export function helicityModulus(fields: Tensor, model: XyModel): Estimate {
  takes("helicityModulus", { model: [model, anXyModel] });
  takes("helicityModulus", {
    fields: [fields, tensorOf(["configurations", ...model.lattice.shape])],
  });
  const { lattice, coupling, inverseTemperature } = model;
  const { sites, dimensions, neighbours } = lattice;
  return ensembleAverage(fields, (field) => {
    let modulus = 0;
    for (let mu = 0; mu < dimensions; mu++) {
      let [cosines, sines] = [0, 0];
      for (let n = 0; n < sites; n++) {
        const twist = field[neighbours[2 * dimensions * n + mu]] - field[n];
        cosines += Math.cos(twist);
        sines += Math.sin(twist);
      }
      modulus += coupling * cosines - inverseTemperature * (coupling * sines) * (coupling * sines);
    }
    return modulus / (sites * dimensions);
  });
}

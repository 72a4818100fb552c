import { nonNegative, optional, real, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { aLattice } from "../arguments.js";
import { checkSites, type Lattice } from "../lattice/lattice.js";
import { modelName } from "./modelName.js";
import type { SpinModel } from "./spinModel.js";

/** Parameters of `isingModel`. */
export interface IsingParameters {
  /** β ≥ 0; on the square lattice with J = 1 the transition is at ½ ln(1 + √2) = 0.4407. */
  readonly inverseTemperature: number;
  /** J, 1 by default; below 0 antiferromagnetic. */
  readonly coupling?: number;
  /** h, 0 by default. */
  readonly magneticField?: number;
}

/** What `isingModel` makes. */
export interface IsingModel extends SpinModel {
  readonly states: readonly number[];
  readonly coupling: number;
  readonly magneticField: number;
  /** E of a configuration, [sites]. */
  energy(field: ArrayLike<number>): number;
  orderParameter(field: ArrayLike<number>): number;
}

const made = new WeakSet<SpinModel>();

/** Whether a model is what `isingModel` made, and not a copy with other energies. */
export const isIsingModel = (model: SpinModel): model is IsingModel => made.has(model);

/**
 * Ising model of spins σ = ±1 on a periodic lattice.
 *
 *   E = −J Σ_links σ(n) σ(m) − h Σ_n σ(n)        E. Ising, Z. Phys. 31 (1925) 253
 *
 * The report of its chains follows |M|, the staggered |M_s| for J < 0, and M itself where a field
 * chooses its sign. On an extent of 2 a link counts twice (`lattice`).
 * @throws ConfigError for couplings that are not finite, or so large that an energy is not
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * const lattice = physics.lattice([16, 16]);
 * const ising = physics.isingModel(lattice, { inverseTemperature: 0.6 });
 * const { fields } = physics.sampler(ising, { algorithm: "wolff" }).sample({
 *   configurations: 200, thermalisation: 100, seed: 1, set: "a",
 * });
 * const { mean, error } = physics.ensembleAverage(fields, ising.orderParameter); // |M|
 * const onsager = (1 - Math.sinh(2 * 0.6) ** -4) ** (1 / 8); // of the infinite lattice
 * console.log(Math.abs(mean - onsager) < 4 * error + 1e-3); // → true
 * ```
 */
export function isingModel(lattice: Lattice, parameters: IsingParameters): IsingModel {
  takes("isingModel", {
    lattice: [lattice, aLattice],
    parameters: [
      parameters,
      record(
        {
          inverseTemperature: nonNegative,
          coupling: optional(real),
          magneticField: optional(real),
        },
        "parameters { inverseTemperature, coupling?, magneticField? }",
      ),
    ],
  });
  const { inverseTemperature, coupling = 1, magneticField = 0 } = parameters;
  const { sites, dimensions, neighbours, parity } = lattice;
  if (!Number.isFinite((Math.abs(coupling) * dimensions + Math.abs(magneticField)) * 8 * sites)) {
    throw new ConfigError(
      `isingModel: coupling ${coupling} and magneticField ${magneticField} make energies beyond the largest double. Use another unit.`,
      { coupling, magneticField },
    );
  }
  const degree = 2 * dimensions;
  const staggered = coupling < 0;
  const signed = coupling >= 0 && magneticField !== 0;
  const direction = magneticField < 0 ? -1 : 1;
  const model: IsingModel = {
    lattice,
    name: modelName("ising", { beta: inverseTemperature, J: coupling, h: magneticField }),
    inverseTemperature,
    coupling,
    magneticField,
    states: [1, -1],
    ordered: staggered ? parity.slice() : new Float64Array(sites).fill(direction),
    energyDifference: (field, site, proposed) => {
      let around = 0;
      for (let k = site * degree; k < (site + 1) * degree; k++) around += field[neighbours[k]];
      return (field[site] - proposed) * (coupling * around + magneticField);
    },
    energy: (field) => {
      checkSites(field, lattice, "energy, field");
      let [links, sum] = [0, 0];
      for (let n = 0; n < sites; n++) {
        for (let mu = 0; mu < dimensions; mu++)
          links += field[n] * field[neighbours[n * degree + mu]];
        sum += field[n];
      }
      return -coupling * links - magneticField * sum;
    },
    orderParameter: (field) => {
      checkSites(field, lattice, "orderParameter, field");
      let sum = 0;
      for (let n = 0; n < sites; n++) sum += staggered ? parity[n] * field[n] : field[n];
      return signed ? sum / sites : Math.abs(sum) / sites;
    },
    clusters: {
      reflection: () => (value) => -value,
      bond: (a, b) => -coupling * a * b,
      ...(magneticField !== 0 && { site: (value: number) => -magneticField * value }),
    },
  };
  made.add(model);
  return model;
}

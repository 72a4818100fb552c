import { nonNegative, optional, real, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { aLattice } from "../arguments.js";
import { checkSites, type Lattice } from "../lattice/lattice.js";
import { modelName } from "./modelName.js";
import type { ContinuousStates, SpinModel } from "./spinModel.js";

/** Parameters of `xyModel`. */
export interface XyParameters {
  /** β ≥ 0; on the square lattice with J = 1 the Kosterlitz–Thouless transition is at 1.12. */
  readonly inverseTemperature: number;
  /** J, 1 by default; below 0 antiferromagnetic. */
  readonly coupling?: number;
}

/** What `xyModel` makes. */
export interface XyModel extends SpinModel {
  readonly states: ContinuousStates;
  readonly coupling: number;
  /** E of a configuration of angles, [sites]. */
  energy(field: ArrayLike<number>): number;
  orderParameter(field: ArrayLike<number>): number;
}

const TURN = 2 * Math.PI;

/** An angle in (−π, π]. */
export const wrapped = (angle: number): number =>
  angle - TURN * Math.ceil((angle - Math.PI) / TURN);

const made = new WeakSet<SpinModel>();

/** Whether a model is what `xyModel` made, and not a copy with other energies. */
export const isXyModel = (model: SpinModel): model is XyModel => made.has(model);

/**
 * XY model: unit vectors in the plane, O(2), as angles θ in (−π, π].
 *
 *   E = −J Σ_links cos(θ(n) − θ(m))        Kosterlitz and Thouless, J. Phys. C 6 (1973) 1181
 *
 * The report of its chains follows the length of the magnetisation |Σ (cos θ, sin θ)|/|Λ|, the
 * staggered one for J < 0. Networks take cos θ and sin θ better than θ, which jumps at π.
 * @throws ConfigError for couplings that are not finite, or so large that an energy is not
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * const xy = physics.xyModel(physics.lattice([8, 8]), { inverseTemperature: 2 });
 * const { fields, report } = physics.sampler(xy, { algorithm: "wolff" }).sample({
 *   configurations: 200, thermalisation: 100, seed: 1, set: "a",
 * });
 * console.log(fields.shape, report.flags.length); // → [ 200, 8, 8 ] 0
 * console.log(physics.helicityModulus(fields, xy).mean > 0.8); // → true
 * ```
 */
export function xyModel(lattice: Lattice, parameters: XyParameters): XyModel {
  takes("xyModel", {
    lattice: [lattice, aLattice],
    parameters: [
      parameters,
      record(
        { inverseTemperature: nonNegative, coupling: optional(real) },
        "parameters { inverseTemperature, coupling? }",
      ),
    ],
  });
  const { inverseTemperature, coupling = 1 } = parameters;
  const { sites, dimensions, neighbours, parity } = lattice;
  if (!Number.isFinite(8 * Math.abs(coupling) * dimensions * sites)) {
    throw new ConfigError(
      `xyModel: coupling ${coupling} makes energies beyond the largest double. Use another unit.`,
      { coupling },
    );
  }
  const degree = 2 * dimensions;
  const bond = (a: number, b: number): number => -coupling * Math.cos(a - b);
  const sign = (n: number): number => (coupling < 0 ? parity[n] : 1);
  const model: XyModel = {
    lattice,
    name: modelName("xy", { beta: inverseTemperature, J: coupling }),
    inverseTemperature,
    coupling,
    states: angles,
    ordered: Float64Array.from(parity, (_, n) => (sign(n) > 0 ? 0 : Math.PI)),
    energyDifference: (field, site, proposed) => {
      let change = 0;
      for (let k = site * degree; k < (site + 1) * degree; k++) {
        const other = field[neighbours[k]];
        change += bond(proposed, other) - bond(field[site], other);
      }
      return change;
    },
    energy: (field) => {
      checkSites(field, lattice, "energy, field");
      let sum = 0;
      for (let n = 0; n < sites; n++)
        for (let mu = 0; mu < dimensions; mu++)
          sum += bond(field[n], field[neighbours[n * degree + mu]]);
      return sum;
    },
    orderParameter: (field) => {
      checkSites(field, lattice, "orderParameter, field");
      let [x, y] = [0, 0];
      for (let n = 0; n < sites; n++) {
        x += sign(n) * Math.cos(field[n]);
        y += sign(n) * Math.sin(field[n]);
      }
      return Math.sqrt(x * x + y * y) / sites;
    },
    clusters: {
      reflection: (rng) => {
        const axis = reflectionAxis(rng);
        return (value) => reflected(value, axis);
      },
      bond,
    },
  };
  made.add(model);
  return model;
}

/** Angle of the unit vector r of a reflection s → s − 2 (s·r) r. */
export const reflectionAxis = (rng: { uniform(): number }): number =>
  Math.PI * (rng.uniform() - 0.5);

/** θ after that reflection. */
export const reflected = (angle: number, axis: number): number =>
  wrapped(Math.PI + 2 * axis - angle);

const angles: ContinuousStates = {
  reference: 0,
  random: (rng) => wrapped(TURN * rng.uniform()),
  propose: (value, width, rng) => proposedAngle(value, width, rng),
  widest: Math.PI,
};

/** An angle uniformly within ± width of another. */
export const proposedAngle = (value: number, width: number, rng: { uniform(): number }): number =>
  wrapped(value + width * (2 * rng.uniform() - 1));

import { oneOf } from "../../core/oneOf.js";
import type { Lattice } from "../../physics/lattice/lattice.js";
import { magnetisation, staggeredMagnetisation } from "../../physics/observables/magnetisation.js";
import { paramagneticObservable } from "../../physics/observables/paramagneticObservable.js";
import { nearestNeighbourCorrelator } from "../../physics/observables/fieldCorrelator.js";
import { timeSlicedCorrelator } from "../../physics/observables/timeSlicedCorrelator.js";

const EXTRA = { paramagneticObservable, nearestNeighbourCorrelator };
type Extra = keyof typeof EXTRA;
const extras = Object.keys(EXTRA) as Extra[];
const checked = (extra: readonly Extra[]): readonly Extra[] =>
  extra.map((name) => oneOf(name, extras, "observables: extra"));

/** Options of `observables`. */
export interface ObservablesOptions {
  /** Modulus in G_c(t), as in print by default. */
  readonly modulus?: boolean;
  /**
   * Appended to the paper's input: O_PM corrected, or the nearest-neighbour correlator (default
   * none).
   */
  readonly extra?: readonly ("paramagneticObservable" | "nearestNeighbourCorrelator")[];
}

/**
 * The input of the paper's multilayer perceptron and random forest, from one configuration.
 *
 *   {|M|, |M_s|, G_c(0), …, G_c(N − 1)} Blücher et al. 2020, Eq. (B2); 18 numbers at N = 16, Table
 *   II
 *
 * All N times are inputs, although G_c(t) = G_c(N − t): that is what makes 18.
 * @param field  one configuration, [sites]; time is axis 0
 * @returns      [2 + N + extra]
 * @throws ShapeError if `field` does not belong to `lattice`
 */
export function observables(
  field: Float64Array,
  lattice: Lattice,
  options: ObservablesOptions = {},
): Float64Array {
  const { modulus = true, extra = [] } = options;
  const added = checked(extra).map((name) => EXTRA[name](field, lattice));
  const correlator = timeSlicedCorrelator(field, lattice, { modulus });
  return Float64Array.of(
    Math.abs(magnetisation(field)),
    Math.abs(staggeredMagnetisation(field, lattice)),
    ...correlator,
    ...added,
  );
}

/** Names of those inputs, in order: "|M|", "|M_s|", "G_c(0)", … */
export function observableNames(lattice: Lattice, options: ObservablesOptions = {}): string[] {
  const times = Array.from({ length: lattice.shape[0] }, (_, t) => `G_c(${t})`);
  const extra = checked(options.extra ?? []).map((name) =>
    name === "paramagneticObservable" ? "O_PM" : "⟨φφ′⟩",
  );
  return ["|M|", "|M_s|", ...times, ...extra];
}

import { count, list, optional, record, stream } from "../../core/arguments/kinds.js";
import type { ArgumentKind } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { checkFinite } from "../../core/tensor.js";
import type { HmcSample } from "./sample.js";
import type { Tuning } from "./tuning.js";

/**
 * What a chain needs to go on exactly as if it had never stopped; plain values. Streams are keyed
 * by trajectory, so they need no state.
 */
export interface ChainState {
  /** φ, [sites], a copy. */
  readonly field: Float64Array;
  /** Index of the next trajectory. */
  readonly trajectory: number;
  readonly tuning: Tuning;
}

/** What `hmc` and `cluster` share; whether there is a start or a state is asked by `beginChain`. */
export const chainOptions: ArgumentKind = record({
  rng: stream,
  start: optional(list),
  resume: optional(record({ field: list }, "a state such as chainState makes")),
  thermalisation: optional(count()),
});

/** The state after this sample: hand it to `hmc` or `cluster` as `resume`. */
export function chainState(sample: HmcSample): ChainState {
  return {
    field: sample.field.slice(),
    trajectory: sample.trajectory + 1,
    tuning: { ...sample.tuning },
  };
}

/**
 * The beginning of a chain: at trajectory 0 with the given field, or where `resume` left off.
 * @throws ConfigError if neither or both are given, ShapeError for another number of sites,
 *   NumericalError for NaN or ±∞
 */
export function beginChain(
  what: string,
  sites: number,
  options: { start?: Float64Array; resume?: ChainState },
  setting: number,
): ChainState {
  const { start, resume } = options;
  if ((start === undefined) === (resume === undefined)) {
    throw new ConfigError(
      `${what}: ${start ? "both start and resume are" : "neither start nor resume is"} given; a chain needs one of the two.`,
    );
  }
  const state = resume ?? { field: start!, trajectory: 0, tuning: { setting, sum: 0, count: 0 } };
  if (state.field.length !== sites) {
    const fact = `the field has ${state.field.length} values, the lattice ${sites} sites`;
    throw new ShapeError(`${what}: ${fact}; give one value a site.`, { sites });
  }
  checkFinite(state.field, `${what}, the field`);
  return {
    field: Float64Array.from(state.field),
    trajectory: state.trajectory,
    tuning: { ...state.tuning },
  };
}

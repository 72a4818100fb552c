import type { Tuning } from "./tuning.js";

/**
 * One state of a Markov chain: after trajectory `trajectory` of `hmc`, or after that many sweeps of
 * `cluster`.
 */
export interface HmcSample {
  /**
   * φ, [sites]. **The sampler's own buffer**: the next step overwrites it. Copy what you keep
   * (`field.slice()`), do not write to it.
   */
  readonly field: Float64Array;
  /** Index from 0, thermalisation included. */
  readonly trajectory: number;
  /** Whether anything was accepted; if not, the field is that of the sample before. */
  readonly accepted: boolean;
  /** Violation of energy conservation; 0 for `cluster`, which has none. */
  readonly deltaH: number;
  /** min(1, e^{−ΔH}), or the fraction of single-site proposals accepted. */
  readonly acceptance: number;
  /** True where the trajectory was rejected because a linear system could not be solved. */
  readonly failed?: boolean;
  /**
   * What is tuned: `setting` is the number of steps a trajectory, or the width of the proposals.
   */
  readonly tuning: Tuning;
  /** True while tuning may change `setting`: such samples belong to thermalisation. */
  readonly thermalising: boolean;
}

import type { HmcSample } from "./sample.js";
import type { DiracParameters } from "../lattice/yukawaParameters.js";

/** What is counted along a chain; plain values, part of a checkpoint. */
export interface ChainTally {
  /**
   * Least |M_f + gφ| at any site after any trajectory since thermalisation; +∞ before the first.
   */
  leastMass: number;
  /** Sites with M_f + gφ < 0 in all of those configurations together. */
  negativeSites: number;
  /** Trajectories rejected because the solver gave up, thermalisation included. */
  failedSolves: number;
}

/** The tally of a chain that has not begun. */
export const emptyTally = (): ChainTally => ({
  leastMass: Infinity,
  negativeSites: 0,
  failedSolves: 0,
});

/** Counts the masses of one configuration. */
export function countMasses(
  tally: ChainTally,
  field: Float64Array,
  { fermionMass, yukawaCoupling }: DiracParameters,
): void {
  let least = Infinity;
  let negative = 0;
  for (let n = 0; n < field.length; n++) {
    const mass = fermionMass + yukawaCoupling * field[n];
    const size = Math.abs(mass);
    if (size < least) least = size;
    if (mass < 0) negative++;
  }
  tally.leastMass = Math.min(tally.leastMass, least);
  tally.negativeSites += negative;
}

/**
 * Counts what happened to one trajectory, and its configuration where it belongs to the ensemble.
 */
export function countSample(
  tally: ChainTally,
  sample: HmcSample,
  stored: boolean,
  dirac: DiracParameters | undefined,
): void {
  if (sample.failed) tally.failedSolves++;
  if (stored && dirac) countMasses(tally, sample.field, dirac);
}

/**
 * What a sampler adjusts during thermalisation, and the sums from which it decides: plain values,
 * part of a checkpoint. HMC adjusts its number of steps a trajectory, Metropolis the width of its
 * proposals. Afterwards `setting` is frozen, since an update that depends on the chain's past need
 * not leave the weight invariant.
 */
export interface Tuning {
  readonly setting: number;
  readonly sum: number;
  readonly count: number;
}

/** Tuning ends after this part of thermalisation, so that the chain forgets it. */
export const tuningTrajectories = (thermalisation: number): number =>
  Math.floor(0.8 * thermalisation);

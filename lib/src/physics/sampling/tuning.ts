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

// Sweeps between two changes of the width; a sweep over a few hundred sites already knows its
// acceptance to a few per cent
const WINDOW = 5;

/**
 * Width of the proposals: wider if more than half were accepted. A function of its arguments alone.
 */
export function tuneWidth(tuning: Tuning, acceptance: number): Tuning {
  const { setting } = tuning;
  const [sum, count] = [tuning.sum + acceptance, tuning.count + 1];
  if (count < WINDOW) return { setting, sum, count };
  return { setting: setting * Math.min(2, Math.max(0.5, sum / count / 0.5)), sum: 0, count: 0 };
}

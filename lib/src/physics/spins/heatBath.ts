/**
 * Probabilities with which a heat bath takes each of several states, up to their sum.
 *
 *   w_k = e^{−β (ΔE_k − min ΔE)}
 *
 * @param differences  ΔE_k from the present state to state k, finite
 */
export function heatBathWeights(beta: number, differences: Float64Array, out: Float64Array): void {
  let least = Infinity;
  for (const difference of differences) if (difference < least) least = difference;
  for (let k = 0; k < out.length; k++) out[k] = Math.exp(-beta * (differences[k] - least));
}

/** Probability with which Metropolis takes a proposal: min(1, e^{−β ΔE}). */
export const metropolisProbability = (beta: number, difference: number): number =>
  difference <= 0 ? 1 : Math.exp(-beta * difference);

/**
 * Share of the sites of a sweep to which Metropolis proposes another of several listed values. All
 * of them would not do: what costs nothing is always taken, so that sweeps in a fixed order move
 * the domain walls of a ring in step and never change their number, and at β = 0 all spins flip for
 * ever. With sites that may stay, any configuration follows on any other.
 */
export const PROPOSED: number = 7 / 8;

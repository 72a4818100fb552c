const FLAVOURS = 5;
const LAMBDA = 0.2; // GeV
const BETA_0 = (33 - 2 * FLAVOURS) / (12 * Math.PI);
const FREEZING = 1; // GeV

/** Above α_s at every scale: what the shower's veto algorithm begins with. */
export const LARGEST_COUPLING = 0.4;

/**
 * Running coupling of the strong interaction at one loop.
 *
 *   α_s(k) = 1 / (β₀ ln(k²/Λ²)),   β₀ = (33 − 2 n_f)/12π,  n_f = 5,  Λ = .2 GeV
 *
 * Does not grow below k = 1 GeV, nor beyond .4. α_s(m_Z) is .134: larger than the measured .118, as
 * leading-order showers need it.
 * @param scale  k in GeV, for a splitting its transverse momentum
 */
export function runningCoupling(scale: number): number {
  const k = scale > FREEZING ? scale : FREEZING;
  return Math.min(LARGEST_COUPLING, 1 / (BETA_0 * Math.log((k * k) / (LAMBDA * LAMBDA))));
}

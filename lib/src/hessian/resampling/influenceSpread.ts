import { partOfRisk } from "../influence/partOfRisk.js";

/**
 * Σ_r (I_r − Ī)² of the influences of all training points on one test point: what a bootstrap of
 * the points varies its loss by, to first order. With weights w_r of the points Ī becomes
 * (w_r/Σ w) Σ_s I_s, as a sample drawn has a Σ w of its own.
 * @param points  their gradients, which carry the weights
 */
export function influenceSpread(
  influences: Float64Array,
  points: Parameters<typeof partOfRisk>[1],
): number {
  if (!points.weights) {
    const mean = influences.reduce((sum, value) => sum + value / influences.length, 0);
    return influences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  }
  const part = partOfRisk("linearisedUncertainty", points);
  const total = influences.reduce((sum, value) => sum + value, 0);
  return influences.reduce((sum, value, r) => sum + (value - part(total, r)) ** 2, 0);
}

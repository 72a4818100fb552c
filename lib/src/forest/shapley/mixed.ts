/** Σ_l J_kl φ_l for each feature. [outputs, features] */
export function mixed(
  means: Float64Array,
  own: Float64Array,
  outputs: number,
  features: number,
): Float64Array {
  const found = new Float64Array(outputs * features);
  for (let k = 0; k < outputs; k++)
    for (let l = 0; l < outputs; l++) {
      const weight = means[k * outputs + l];
      for (let f = 0; f < features; f++) found[k * features + f] += weight * own[l * features + f];
    }
  return found;
}

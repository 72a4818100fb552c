/** Means and sums of squared deviations, one value after the other (Welford 1962). */
export function addDeviation(
  own: Float64Array,
  before: number,
  mean: Float64Array,
  squares: Float64Array,
): void {
  for (let k = 0; k < own.length; k++) {
    const deviation = own[k] - mean[k];
    mean[k] += deviation / (before + 1);
    squares[k] += deviation * (own[k] - mean[k]);
  }
}

/** A variance estimated from few samples. */
export interface Spread {
  readonly variance: number;
  /** Standard error of `variance`. */
  readonly error: number;
}

/**
 * Spread of independent samples about a known centre, (1/b) Σ (x − c)², or, without one, about
 * their mean, 1/(b − 1) Σ (x − x̄)². The standard error is exact up to the sample's fourth moment
 * standing for the true one; for normal samples it is √(2/b) of the variance.
 */
export function spread(samples: Float64Array, centre?: number): Spread {
  const b = samples.length;
  let mean = 0;
  for (let k = 0; k < b; k++) mean += samples[k] / b;
  const from = centre ?? mean;
  let [second, fourth] = [0, 0];
  for (let k = 0; k < b; k++) {
    const square = (samples[k] - from) ** 2;
    second += square / b;
    fourth += square ** 2 / b;
  }
  if (centre !== undefined)
    return { variance: second, error: Math.sqrt(Math.max(0, fourth - second ** 2) / (b - 1)) };
  const variance = (second * b) / (b - 1);
  return {
    variance,
    error: Math.sqrt(Math.max(0, fourth - ((b - 3) / (b - 1)) * variance ** 2) / b),
  };
}

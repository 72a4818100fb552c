import { ConfigError } from "../../core/errors.js";
import { checkWeights, sumOf } from "../../core/weights.js";

/** Gradients of training points, with their weights where they have any; see `SampleGradients`. */
interface Weighted {
  readonly shape: readonly number[];
  readonly weights?: ArrayLike<number>;
  readonly totalWeight?: number;
}

/**
 * What the r-th training point has of a sum over the risk, v ↦ v/n, or v w_r / Σ w with weights.
 * @param trainingSize  n, where these are some of the training points
 * @throws ConfigError if n or Σ w is less than what these points need
 */
export function partOfRisk(
  caller: string,
  { shape: [rows], weights, totalWeight }: Weighted,
  trainingSize?: number,
): (value: number, r: number) => number {
  if (weights === undefined) {
    const n = trainingSize ?? rows;
    if (!(n >= rows))
      throw new ConfigError(
        `${caller}: trainingSize is ${n}, but there are ${rows} training gradients. It must be the n of the risk.`,
      );
    return (value) => value / n;
  }
  if (totalWeight === undefined) checkWeights(weights, rows, caller);
  const total = totalWeight ?? sumOf(weights);
  if (weights.length !== rows || !(total > 0 && total < Infinity)) {
    const fact = `${weights.length} weights with the sum ${total} for ${rows} training gradients`;
    throw new ConfigError(
      `${caller}: ${fact}. Give one for each, and the positive sum of all training points as totalWeight.`,
    );
  }
  return (value, r) => (value * weights[r]) / total;
}

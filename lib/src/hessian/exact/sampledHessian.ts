import { ConfigError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import type { Network } from "../../nn/network/network.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import { takeSamples, weighed } from "../../nn/losses/weighed.js";
import { riskHessian } from "./operator.js";

/** A symmetric operator and cheap random ones whose mean it is. */
export interface SampledOperator {
  readonly whole: SymmetricOperator;
  draw(rng: Rng): SymmetricOperator;
}

/**
 * The Hessian of the risk, and those of batches of `batchSize` samples drawn without repetition.
 * Weights of samples stay in units of the whole's mean, so that the mean over batches is the whole.
 */
export function sampledRiskHessian(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: RiskOptions,
  batchSize: number,
): SampledOperator {
  const counted = weighed(samples);
  const n = counted.x.shape[0];
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > n) {
    throw new ConfigError(
      `sampledRiskHessian: batchSize must be a whole number from 1 to the ${n} samples, got ${batchSize}.`,
    );
  }
  return {
    whole: riskHessian(network, theta, samples, options),
    draw(rng) {
      const rows = rng.permutation(n).subarray(0, batchSize);
      return riskHessian(network, theta, takeSamples(counted, rows), options);
    },
  };
}

import type { Rng } from "../../core/random/rng.js";
import type { Network } from "../../nn/network/network.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import { testLosses } from "../influence/testGradients.js";

/** Neighbours of θ that are tried. */
const TRIALS = 4;
/**
 * Above the largest difference seen, since the rounding of a difference of losses after a step is
 * not that of these few.
 */
const MARGIN = 4;

/**
 * What a test loss changes by when every parameter goes to the next double up or down, [test]:
 * differences of test losses that are not larger are rounding, and say nothing of the step between.
 * Four times the largest of a few random trials.
 */
export function roundingOfLosses(
  network: Network,
  theta: Float64Array,
  test: Samples,
  options: RiskOptions,
  rng: Rng,
): Float64Array {
  const before = testLosses(network, theta, test, options);
  const largest = new Float64Array(before.length);
  for (let trial = 0; trial < TRIALS; trial++) {
    const stream = rng.fork(`trial ${trial}`);
    const beside = theta.map((v) => v * (1 + (stream.uniform() < 0.5 ? -1 : 1) * Number.EPSILON));
    testLosses(network, beside, test, options).forEach(
      (v, t) => (largest[t] = Math.max(largest[t], Math.abs(v - before[t]))),
    );
  }
  return largest.map((v) => MARGIN * v);
}

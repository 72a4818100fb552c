import { takes } from "../arguments/takes.js";
import { listOf, numbers } from "../arguments/kinds.js";
import { ConfigError, ShapeError } from "../errors.js";
import { mean, variance } from "./statistics.js";

/**
 * Potential scale reduction of several Markov chains of one observable: Gelman & Rubin, Statist.
 * Sci. 7 (1992) 457, each chain split in two as in Gelman et al., Bayesian Data Analysis, 3rd ed.,
 * Sec. 11.4, so that a drift shows even in a single chain.
 *
 *   R̂² = (n − 1)/n + B/(n W), W the mean variance within the halves, B n times the variance of
 *   their means
 *
 * 1 for chains that agree; above 1.1 they have not mixed, or are too short to tell. It compares
 * means: chains of different widths, or one that stands still where the others have their mean,
 * pass; `rankNormalisedRhat` sees those too. An odd chain leaves out its first sample. Constant
 * chains give 1 if they are equal, ∞ if not.
 * @param chains  of equal length n ≥ 4, in Monte Carlo order
 * @throws ShapeError if the lengths differ, ConfigError for no chain or fewer than four samples,
 *   NumericalError for NaN or ±∞
 * @example
 * ```ts
 * import { core } from "phaselens";
 * const chains = [1, 2].map((seed) => {
 *   const rng = core.makeRng(seed);
 *   return Float64Array.from({ length: 1000 }, () => rng.normal());
 * });
 * console.log(core.gelmanRubin(chains) < 1.01); // → true
 * ```
 */
export function gelmanRubin(chains: readonly ArrayLike<number>[]): number {
  takes("gelmanRubin", { chains: [chains, listOf(numbers())] });
  const length = chains[0]?.length ?? 0;
  if (!(length >= 4)) {
    throw new ConfigError(
      `gelmanRubin: ${chains.length} chains of ${length} samples; it needs at least one chain of 4.`,
      { length },
    );
  }
  for (const chain of chains) {
    if (chain.length !== length) {
      throw new ShapeError(
        `gelmanRubin: chains of ${length} and ${chain.length} samples; they must be of one length. Cut them.`,
        { length },
      );
    }
  }
  const n = Math.floor(length / 2);
  const halves = chains.flatMap((chain) => {
    const values = Float64Array.from(chain);
    return [values.subarray(length - 2 * n, length - n), values.subarray(length - n)];
  });
  const within = mean(halves.map((half) => variance(half)));
  const between = n * variance(halves.map((half) => mean(half)));
  if (within === 0) return between === 0 ? 1 : Infinity;
  return Math.sqrt((n - 1) / n + between / (n * within));
}

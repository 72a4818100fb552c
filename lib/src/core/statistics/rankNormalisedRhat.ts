import { takes } from "../arguments/takes.js";
import { listOf, numbers } from "../arguments/kinds.js";
import { ConfigError, ShapeError } from "../errors.js";
import { gelmanRubin } from "./gelmanRubin.js";
import { normalQuantile } from "./normalQuantile.js";
import { median, ranks } from "./statistics.js";

/**
 * Potential scale reduction of several Markov chains of one observable, rank-normalised and folded:
 * A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, Bayesian Analysis 16 (2021) 667.
 * The larger of two split R̂ (`gelmanRubin`): that of the normal scores of the ranks over all
 * chains,
 *
 *   z = Φ⁻¹((r − 3/8)/(S + 1/4)),   S samples in all,
 *
 * which sees chains at different places whatever the tails, and that of the normal scores of |x −
 * median|, which sees chains of different widths and one that stands still.
 *
 * 1 for chains that agree. The paper accepts R̂ < 1.01, which asks for halves of at least 100
 * τ_int: R̂ − 1 is about τ_int over their length for chains that do agree. Odd chains leave out the
 * sample in the middle. Constant chains give 1 if they are equal, ∞ if not.
 * @param chains  of equal length n ≥ 4, in Monte Carlo order
 * @throws ShapeError if the lengths differ, ConfigError for no chain or fewer than four samples,
 *   NumericalError for NaN or ±∞
 */
export function rankNormalisedRhat(chains: readonly ArrayLike<number>[]): number {
  takes("rankNormalisedRhat", { chains: [chains, listOf(numbers())] });
  checkChains(chains);
  const count = chains[0].length >> 1; // samples of half a chain
  const all = Float64Array.from(
    chains.flatMap((chain) => {
      const values = Array.from(chain);
      return [...values.slice(0, count), ...values.slice(-count)];
    }),
  );
  const centre = median(all);
  const splitRhat = (values: Float64Array): number => {
    const scores = normalScores(values);
    return gelmanRubin(chains.map((_, c) => scores.subarray(2 * count * c, 2 * count * (c + 1))));
  };
  return Math.max(splitRhat(all), splitRhat(all.map((value) => Math.abs(value - centre))));
}

/** Normal scores of the ranks, Blom's. */
function normalScores(values: Float64Array): Float64Array {
  return ranks(values).map((rank) => normalQuantile((rank - 3 / 8) / (values.length + 1 / 4)));
}

function checkChains(chains: readonly ArrayLike<number>[]): void {
  const length = chains[0]?.length ?? 0;
  if (!(length >= 4)) {
    const given = `${chains.length} chains of ${length} samples`;
    throw new ConfigError(`rankNormalisedRhat: ${given}; it needs at least one chain of 4.`, {
      length,
    });
  }
  for (const chain of chains) {
    if (chain.length !== length) {
      const given = `chains of ${length} and ${chain.length} samples`;
      throw new ShapeError(`rankNormalisedRhat: ${given}; they must be of one length. Cut them.`, {
        length,
      });
    }
  }
}

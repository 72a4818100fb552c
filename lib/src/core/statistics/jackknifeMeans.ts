import { takes } from "../arguments/takes.js";
import { callable, optional, record, tensorOf } from "../arguments/kinds.js";
import { ConfigError } from "../errors.js";
import type { Estimate } from "./estimate.js";
import { withErrors } from "./jackknife.js";
import { leaveOutMeans, type OfMeans } from "./leaveOut.js";
import type { Tensor } from "../tensor.js";

/**
 * Functions of several means with their errors, as `jackknife` makes them: what is computed from
 * averages over a chain, like shares of a total, differences, ratios ⟨Ow⟩/⟨w⟩ or cumulants, has the
 * correlations of all columns in its error, and the memory of what is left of them in the result: a
 * difference of two slow columns may be fast, and one of two fast ones slow.
 *
 * @param samples           [n, columns], in Monte Carlo order
 * @param of f: [columns] ↦ [results], and the number of samples that the means are of; the means
 *   themselves by default
 * @param options.blockSize samples a block, for errors of blocks (default: the Γ-method)
 * @returns                 one estimate a result, each with its own τ_int
 * @throws ShapeError if `samples` is no table, ConfigError for fewer than two samples or a block
 *   size outside 1 … n/2, NumericalError for NaN or ±∞
 */
export function jackknifeMeans(
  samples: Tensor,
  of?: OfMeans,
  options: { readonly blockSize?: number } = {},
): Estimate[] {
  takes("jackknifeMeans", {
    samples: [samples, tensorOf(["n", "columns"])],
    of: [of, optional(callable)],
    options: [options, record()],
  });
  const [n] = samples.shape;
  if (n < 2) throw new ConfigError(`jackknifeMeans: needs at least 2 samples, got ${n}.`, { n });
  return withErrors(leaveOutMeans(samples, of), options.blockSize, "jackknifeMeans");
}

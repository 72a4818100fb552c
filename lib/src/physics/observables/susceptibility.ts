import { jackknife, type Estimate } from "../../core/jackknife.js";
import { mean } from "../../core/statistics.js";

const square = (value: number): number => value * value;

/**
 * Susceptibility of an order parameter.
 *
 *   χ = |Λ| (⟨M²⟩ − ⟨|M|⟩²)   or, without the modulus,   |Λ| (⟨M²⟩ − ⟨M⟩²)
 *
 * The modulus is the choice for finite lattices in a broken phase: tunnelling between M and −M does not count as a fluctuation.
 * In the symmetric phase it is smaller than the other by the factor 1 − 2/π. Biased low by one part in the effective number.
 * @param series   [n], M or M_s along the chain
 * @param sites    |Λ|
 * @param options  `modulus` (true by default), and the block size of the jackknife
 */
export function susceptibility(
  series: ArrayLike<number>,
  sites: number,
  options: { readonly modulus?: boolean; readonly blockSize?: number } = {},
): Estimate {
  const { modulus = true, blockSize } = options;
  const samples = modulus ? Float64Array.from(series, Math.abs) : series; // τ_int of |M| decides the blocks, not that of its sign
  return jackknife(samples, { blockSize, statistic: (kept) => sites * centredSquare(kept) });
}

/** ⟨x²⟩ − ⟨x⟩², without the cancellation of the two. */
function centredSquare(values: Float64Array): number {
  const centre = mean(values);
  return mean(values.map((value) => square(value - centre)));
}

/**
 * Binder cumulant of an order parameter: 0 where it fluctuates as a Gaussian, 2/3 deep in the broken phase; curves of different
 * volumes cross at the transition.
 *
 *   U = 1 − ⟨M⁴⟩ / (3⟨M²⟩²)
 *
 * @param series   [n], M or M_s along the chain
 * @param options  block size of the jackknife
 * @throws NumericalError where M vanishes throughout, since 0/0 says nothing
 */
export function binderCumulant(series: ArrayLike<number>, options: { readonly blockSize?: number } = {}): Estimate {
  const statistic = (kept: Float64Array): number => 1 - mean(kept.map(square)) / (3 * mean(kept) ** 2);
  return jackknife(Float64Array.from(series, square), { ...options, statistic });
}

import { count, numbers, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { jackknifeMeans } from "../../core/statistics/jackknifeMeans.js";
import { mean } from "../../core/statistics/statistics.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { power } from "../../core/power.js";

/**
 * Susceptibility of an order parameter.
 *
 *   χ = |Λ| (⟨M²⟩ − ⟨|M|⟩²)   or, without the modulus,   |Λ| (⟨M²⟩ − ⟨M⟩²)
 *
 * The modulus is the choice for finite lattices in a broken phase: tunnelling between M and −M does
 * not count as a fluctuation. In the symmetric phase it is smaller than the other by the factor 1 −
 * 2/π. Biased low by one part in the effective number.
 * @param series   [n], M or M_s along the chain
 * @param sites    |Λ|
 * @param options.modulus    whether |M| takes the place of M (default true)
 * @param options.blockSize  samples a block, for errors of blocks (default: the Γ-method)
 * @example
 * ```ts
 * import { core, physics } from "phaselens";
 * const rng = core.makeRng(1);
 * const series = Float64Array.from({ length: 2000 }, () => 0.1 * rng.normal());
 * const { mean, error } = physics.susceptibility(series, 100, { modulus: false }); // 100 · 0.1²
 * console.log(Math.abs(mean - 1) < 4 * error); // → true
 * ```
 */
export function susceptibility(
  series: ArrayLike<number>,
  sites: number,
  options: { readonly modulus?: boolean; readonly blockSize?: number } = {},
): Estimate {
  takes("susceptibility", {
    series: [series, numbers(1)],
    sites: [sites, count(1)],
    options: [options, record()],
  });
  const { modulus = true, blockSize } = options;
  const samples = modulus ? Float64Array.from(series, Math.abs) : series;
  const centre = mean(samples); // subtracted first: ⟨x²⟩ − ⟨x⟩² would cancel
  const powers = twoColumns(
    samples,
    (x) => x - centre,
    (x) => (x - centre) ** 2,
  );
  return jackknifeMeans(powers, ([first, second]) => [sites * (second - first * first)], {
    blockSize,
  })[0];
}

/**
 * Binder cumulant of an order parameter: 0 where it fluctuates as a Gaussian, 2/3 deep in the
 * broken phase; curves of different volumes cross at the transition.
 *
 *   U = 1 − ⟨M⁴⟩ / (3⟨M²⟩²)
 *
 * @param series   [n], M or M_s along the chain
 * @param options.blockSize  samples a block, for errors of blocks (default: the Γ-method)
 * @throws NumericalError where M vanishes throughout, since 0/0 says nothing
 */
export function binderCumulant(
  series: ArrayLike<number>,
  options: { readonly blockSize?: number } = {},
): Estimate {
  takes("binderCumulant", { series: [series, numbers(1)] });
  const powers = twoColumns(
    series,
    (x) => x * x,
    (x) => power(x, 4),
  );
  return jackknifeMeans(
    powers,
    ([second, fourth]) => [1 - fourth / (3 * second * second)],
    options,
  )[0];
}

/** Two functions of a series beside one another: [n, 2]. */
function twoColumns(
  series: ArrayLike<number>,
  first: (x: number) => number,
  second: (x: number) => number,
): Tensor {
  const n = series.length;
  const table = tensor([n, 2]);
  for (let i = 0; i < n; i++) {
    table.data[2 * i] = first(series[i]);
    table.data[2 * i + 1] = second(series[i]);
  }
  return table;
}

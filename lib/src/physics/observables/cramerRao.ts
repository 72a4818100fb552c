import { tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { NumericalError } from "../../core/errors.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { jackknifeMeans } from "../../core/statistics/jackknifeMeans.js";
import { mean } from "../../core/statistics/statistics.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { lattice as latticeOf } from "../lattice/lattice.js";
import { measure } from "./ensembleAverage.js";
import { nearestNeighbourCorrelator } from "./fieldCorrelator.js";

/**
 * The least error with which the hopping parameter κ can be told from one configuration: the
 * Cramér–Rao bound on the standard deviation of any unbiased estimator.
 *
 *   δκ ≥ 1/√I,   I = ⟨(∂ ln p/∂κ)²⟩ = 4 Var L,   L = Σ_n Σ_μ φ(n) φ(n + μ̂)
 *
 * since κ enters Eq. (1) of Blücher et al. 2020 only as −2κ L, and the fermions do not know it. An
 * estimator that is biased, e.g. towards a grid it knows or towards the middle, can have less.
 *
 * The variance is that of a sample with N − 1 in the denominator; of few configurations its inverse
 * root comes out too large by about 3/4N of itself, and one that does not forget within the
 * ensemble has too little of it. The error does know the autocorrelations.
 * @param fields             [configurations, …lattice] at one κ, at least 2, in Monte Carlo order
 * @param options.blockSize  configurations a block, for errors of blocks (default: the Γ-method)
 * @throws NumericalError if the configurations do not differ in L, or all but a block of them do
 *   not
 */
export function cramerRaoBound(
  fields: Tensor,
  options: { readonly blockSize?: number } = {},
): Estimate {
  takes("cramerRaoBound", { fields: [fields, tensorOf(["configurations", "…"])] });
  const lattice = latticeOf(fields.shape.slice(1));
  const links = lattice.sites * lattice.dimensions;
  const products = measure(fields, (field) => links * nearestNeighbourCorrelator(field, lattice));
  const centre = mean(products);
  const powers = tensor(
    [products.length, 2],
    Array.from(products).flatMap((x) => [x - centre, (x - centre) ** 2]),
  );
  const bound = ([first, second]: Float64Array, count: number): number[] => {
    const spread = second - first * first;
    if (!(spread > count * Number.EPSILON * second)) {
      const cure = "Give more configurations, and independent ones";
      throw new NumericalError(
        `cramerRaoBound: Σ φφ′ is the same in all configurations, which says nothing of κ. ${cure}.`,
      );
    }
    return [1 / (2 * Math.sqrt((spread * count) / (count - 1)))];
  };
  return jackknifeMeans(powers, bound, options)[0];
}

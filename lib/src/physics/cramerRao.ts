import { NumericalError } from "../core/errors.js";
import { jackknife, type Estimate } from "../core/jackknife.js";
import { variance } from "../core/statistics.js";
import type { Tensor } from "../core/tensor.js";
import { lattice as latticeOf } from "./lattice.js";
import { measure } from "./observables/ensembleAverage.js";
import { nearestNeighbourCorrelator } from "./observables/fieldCorrelator.js";

/**
 * The least error with which the hopping parameter κ can be told from one configuration: the Cramér–Rao bound on the standard deviation of
 * any unbiased estimator.
 *
 *   δκ ≥ 1/√I,   I = ⟨(∂ ln p/∂κ)²⟩ = 4 Var L,   L = Σ_n Σ_μ φ(n) φ(n + μ̂)
 *
 * since κ enters Eq. (1) of Blücher et al. 2020 only as −2κ L, and the fermions do not know it. An estimator that is biased, e.g. towards a
 * grid it knows or towards the middle, can have less.
 *
 * The variance is that of a sample with N − 1 in the denominator; of few configurations its inverse root comes out too large by about
 * 3/4N of itself, and one that does not forget within the ensemble has too little of it. The error does know the autocorrelations.
 * @param fields             [configurations, …lattice] at one κ, at least 2, in Monte Carlo order
 * @param options.blockSize  configurations a block of the jackknife; by default chosen from τ_int
 * @throws NumericalError if the configurations do not differ in L, or all but a block of them do not
 */
export function cramerRaoBound(fields: Tensor, options: { readonly blockSize?: number } = {}): Estimate {
  const lattice = latticeOf(fields.shape.slice(1));
  const links = lattice.sites * lattice.dimensions;
  const products = measure(fields, (field) => links * nearestNeighbourCorrelator(field, lattice));
  const bound = (values: ArrayLike<number>): number => {
    const spread = values.length < 2 ? 0 : variance(values);
    if (!(spread > 0)) {
      const cure = "Give more configurations, and independent ones";
      throw new NumericalError(`cramerRaoBound: Σ φφ′ is the same in all configurations, which says nothing of κ. ${cure}.`);
    }
    return 1 / (2 * Math.sqrt(spread));
  };
  return jackknife(products, { ...options, statistic: bound });
}

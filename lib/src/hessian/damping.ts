import { NumericalError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { cholesky, type CholeskyFactor } from "../linalg/cholesky.js";
import { symmetricEigenvalues } from "../linalg/symmetricEigen.js";

/** What the paper adds to the absolute value of the most negative eigenvalue. */
const MARGIN = 0.01;

/**
 * The damping of Dawid et al. 2021, Sec. II F: λ = |E₀| + 0.01, with E₀ the most negative eigenvalue; 0.01 if there is none.
 * (The text says an inverse needs positive eigenvalues. It needs non-zero ones; a minimum needs positive ones.)
 */
export function paperDamping(hessian: Tensor): number {
  return Math.max(0, -symmetricEigenvalues(hessian)[0]) + MARGIN;
}

/**
 * Factor of H + λ1.
 * @throws NumericalError if that is not positive definite, with the λ that would do
 */
export function factorDamped(hessian: Tensor, damping: number, caller: string): CholeskyFactor {
  const P = hessian.shape[0];
  const shifted = tensor(hessian.shape, hessian.data.slice());
  for (let p = 0; p < P; p++) shifted.data[p * P + p] += damping;
  try {
    return cholesky(shifted);
  } catch (error) {
    const lowest = symmetricEigenvalues(hessian)[0]; // NaN and ±∞ end here, with their own message
    if (lowest + damping > 0) throw error;
    throw new NumericalError(
      `${caller}: the Hessian's lowest eigenvalue is ${lowest.toPrecision(4)}, so with damping ${damping} it is not positive definite. ` +
        `Use a damping λ > ${(-lowest).toPrecision(4)}; the paper takes |E₀| + ${MARGIN} = ${(MARGIN - lowest).toPrecision(4)}.`,
      { lowestEigenvalue: lowest, damping },
    );
  }
}

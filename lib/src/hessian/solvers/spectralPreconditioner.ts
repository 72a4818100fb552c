import { ConfigError } from "../../core/errors.js";
import { axpy, dot, row } from "../../core/tensor.js";
import type { SymmetricEigen } from "../../linalg/symmetricEigen.js";
import { checkDamping } from "./damping.js";

/**
 * Approximate (H + λ1)⁻¹ from the largest eigenpairs, for conjugate gradients.
 *
 *   M⁻¹ = 1 + U diag((θ_1 + λ)/(θ_k + λ) − 1) Uᵀ, θ_1 the smallest eigenvalue known cf. Frangella,
 *   Tropp and Udell 2023
 *
 * All known eigenvalues become one, so the condition number falls from (θ_max + λ)/λ to (θ_1 +
 * λ)/λ. It pays where a few eigenvalues stand far above the rest, as in trained classifiers, and
 * several right-hand sides share the eigenpairs, which
 * `extrapolationScore` needs anyway. Costs two products with [k, P] an iteration.
 * @param eigen            `spectrum(hessian, { leading: k })`
 * @param options.damping  λ of the solver
 */
export function spectralPreconditioner(
  eigen: SymmetricEigen,
  { damping }: { readonly damping: number },
): (residual: Float64Array) => Float64Array {
  checkDamping(damping, "spectralPreconditioner");
  const floor = eigen.values[0] + damping;
  if (!(floor > 0)) {
    throw new ConfigError(
      `spectralPreconditioner: eigenvalue ${eigen.values[0].toPrecision(3)} with damping ${damping} is not positive. ` +
        "Use fewer eigenpairs or more damping.",
    );
  }
  return (residual) => {
    const result = residual.slice();
    eigen.values.forEach((value, k) => {
      const u = row(eigen.vectors, k);
      axpy((floor / (value + damping) - 1) * dot(u, residual), u, result);
    });
    return result;
  };
}

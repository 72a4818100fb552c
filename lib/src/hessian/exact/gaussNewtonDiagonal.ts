import { checkStrength } from "../../nn/losses/penalties.js";
import type { Network } from "../../nn/network/network.js";
import { weighed } from "../../nn/losses/weighed.js";
import { checkSamples, eachChunk, type RiskOptions, type Samples } from "../../nn/losses/risk.js";

/**
 * Diagonal of the Gauss-Newton matrix of the risk, [P]: (1/n) Σ_n Σ_k (J_nᵀ F_n)_pk² + l2, with F_n
 * F_nᵀ = ∂²L_n/∂z². Exact, never negative (without negative weights), at the
 * cost of one backward walk for each column of F: a
 * scale of curvature where no Hessian is made (`parameterScale`).
 *
 * @throws ShapeError | NumericalError if θ, inputs or targets do not fit the network
 */
export function gaussNewtonDiagonal(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  { loss, l2 = 0 }: RiskOptions,
): Float64Array {
  checkSamples(network, theta, samples, "gaussNewtonDiagonal", loss);
  checkStrength(l2, "gaussNewtonDiagonal: l2");
  const { x, target: targets, factors, divisor } = weighed(samples);
  const out = targets.shape[1];
  const P = network.parameterCount;
  const diagonal = new Float64Array(P);
  let rows = new Float64Array(0);
  eachChunk(network, theta, x, (evaluator, from, count) => {
    if (rows.length < count * P) rows = new Float64Array(count * P);
    const last = evaluator.values.length - 1;
    const target = targets.data.subarray(from * out, (from + count) * out);
    for (let k = 0; k < loss.factors(out); k++) {
      loss.factor(evaluator.values[last], target, k, count, out, evaluator.gradients[last]);
      evaluator.backward(theta, count);
      rows.fill(0);
      evaluator.parameterGradientRows(count, rows, 0);
      for (let s = 0, at = 0; s < count; s++) {
        const factor = factors ? factors[from + s] : 1;
        for (let p = 0; p < P; p++, at++) diagonal[p] += factor * rows[at] ** 2;
      }
    }
  });
  return diagonal.map((sum) => sum / divisor + l2);
}

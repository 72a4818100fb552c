import type { Loss } from "./loss.js";
import { softmaxRow } from "./softmax.js";
import { softmaxOutput } from "./softmaxOutput.js";

/** Σ_j t_j of one sample: 1 for labels and distributions. */
function totalOf(target: Float64Array, from: number, out: number): number {
  let total = 0;
  for (let j = 0; j < out; j++) total += target[from + j];
  return total;
}

/**
 * L = −Σ_j t_j log softmax(z)_j, with t one-hot or any shares t_j ≥ 0. Shares need not sum to 1:
 * with T = Σ_j t_j a sample counts T-fold, so ∂L/∂z = T p − t and ∂²L/∂z² = T (diag(p) − ppᵀ).
 */
export const softmaxCrossEntropy: Loss = Object.freeze<Loss>({
  ...softmaxOutput,
  name: "softmax cross-entropy",
  spec: { type: "softmaxCrossEntropy" },
  value(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      let largest = -Infinity;
      for (let j = 0; j < out; j++) largest = Math.max(largest, z[s * out + j]);
      let sum = 0;
      for (let j = 0; j < out; j++) sum += Math.exp(z[s * out + j] - largest);
      const logSum = largest + Math.log(sum);
      let loss = 0;
      for (let j = 0; j < out; j++) loss += target[s * out + j] * (logSum - z[s * out + j]);
      into[s] = loss;
    }
  },
  gradient(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      const total = totalOf(target, s * out, out);
      softmaxRow(z, s * out, out, into, s * out);
      for (let j = s * out; j < (s + 1) * out; j++) into[j] = total * into[j] - target[j];
    }
  },
  hessianProduct(z, target, v, n, out, into) {
    const p = new Float64Array(out);
    for (let s = 0; s < n; s++) {
      const total = totalOf(target, s * out, out);
      softmaxRow(z, s * out, out, p, 0);
      let mean = 0;
      for (let j = 0; j < out; j++) mean += p[j] * v[s * out + j];
      for (let j = 0; j < out; j++) into[s * out + j] = total * p[j] * (v[s * out + j] - mean);
    }
  },
  // diag(p) − ppᵀ = Σ_k p_k (e_k − p)(e_k − p)ᵀ; for two classes both columns are parallel and one
  // is enough
  factors: (out) => (out === 2 ? 1 : out),
  factor(z, target, k, n, out, into) {
    const p = new Float64Array(out);
    for (let s = 0; s < n; s++) {
      const total = totalOf(target, s * out, out);
      softmaxRow(z, s * out, out, p, 0);
      if (out === 2) {
        const root = Math.sqrt(total * p[0] * p[1]);
        into[2 * s] = root;
        into[2 * s + 1] = -root;
      } else {
        const root = Math.sqrt(total * p[k]);
        for (let j = 0; j < out; j++) into[s * out + j] = root * ((j === k ? 1 : 0) - p[j]);
      }
    }
  },
  // −Σ_j T_j log(T_j / T) with T_j the mean of t_j: the best constant has p_j = T_j / T
  constantRisk(target) {
    const [n, out] = target.shape;
    const shares = new Float64Array(out);
    for (let p = 0; p < target.data.length; p++) shares[p % out] += target.data[p] / n;
    const total = totalOf(shares, 0, out);
    return shares.reduce(
      (risk, share) => (share > 0 ? risk - share * (Math.log(share) - Math.log(total)) : risk),
      0,
    );
  },
});

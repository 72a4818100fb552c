import type { LibraryLoss } from "./loss.js";
import { softmaxRow } from "./softmax.js";
import { softmaxOutput } from "./softmaxOutput.js";
import { partOfMean } from "../../core/weights.js";

/** Σ_j t_j of one sample: 1 for labels and distributions. */
function totalOf(target: Float64Array, from: number, out: number): number {
  let total = 0;
  for (let j = 0; j < out; j++) total += target[from + j];
  return total;
}

/** Where the largest of `out` numbers from `from` on is; the first of equals. */
function largestOf(z: Float64Array, from: number, out: number): number {
  let m = from;
  for (let j = from + 1; j < from + out; j++) if (!(z[j] <= z[m])) m = j; // NaN too
  return m;
}

/**
 * L = −Σ_j t_j log softmax(z)_j, with t one-hot or any shares t_j ≥ 0. Shares need not sum to 1:
 * with T = Σ_j t_j a sample counts T-fold, so ∂L/∂z = T p − t and ∂²L/∂z² = T (diag(p) − ppᵀ).
 *
 * Value and gradient of confident predictions keep their digits: with E_k = e^{z_k − z_m}, z_m the
 * largest, and ΣE = 1 + Σ_{k≠m} E_k
 *
 *   L = Σ_j t_j [(z_m − z_j) + log1p(Σ_{k≠m} E_k)]
 *   ∂L/∂z_j = [Σ_{k≠j} t_k · E_j − t_j Σ_{k≠j} E_k] / ΣE
 */
export const softmaxCrossEntropy: LibraryLoss = Object.freeze<LibraryLoss>({
  ...softmaxOutput,
  name: "softmax cross-entropy",
  spec: { type: "softmaxCrossEntropy" },
  option: "cross-entropy",
  value(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      const m = largestOf(z, s * out, out);
      let rest = 0;
      for (let j = s * out; j < (s + 1) * out; j++) if (j !== m) rest += Math.exp(z[j] - z[m]);
      const log = Math.log1p(rest);
      let loss = 0;
      for (let j = s * out; j < (s + 1) * out; j++) loss += target[j] * (z[m] - z[j] + log);
      into[s] = loss;
    }
  },
  gradient(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      const [from, to] = [s * out, (s + 1) * out];
      const m = largestOf(z, from, out);
      let rest = 0;
      for (let j = from; j < to; j++) if (j !== m) rest += into[j] = Math.exp(z[j] - z[m]);
      into[m] = 1;
      const total = totalOf(target, from, out);
      for (let j = from; j < to; j++) {
        const others = j === m ? rest : 1 + rest - into[j];
        into[j] = ((total - target[j]) * into[j] - target[j] * others) / (1 + rest);
      }
    }
  },
  hessianProduct(z, target, v, n, out, into) {
    const p = new Float64Array(out);
    for (let s = 0; s < n; s++) {
      const total = totalOf(target, s * out, out);
      const vm = v[largestOf(z, s * out, out)];
      softmaxRow(z, s * out, out, p, 0);
      let mean = 0; // of v − v_m, so that the largest p keeps its digits
      for (let j = 0; j < out; j++) mean += p[j] * (v[s * out + j] - vm);
      for (let j = 0; j < out; j++) into[s * out + j] = total * p[j] * (v[s * out + j] - vm - mean);
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
        let others = 0; // 1 − p_k
        for (let j = 0; j < out; j++) if (j !== k) others += p[j];
        for (let j = 0; j < out; j++) into[s * out + j] = root * (j === k ? others : -p[j]);
      }
    }
  },
  // −Σ_j T_j log(T_j / T) with T_j the mean of t_j: the best constant has p_j = T_j / T
  constantRisk(target, weights) {
    const [n, out] = target.shape;
    const part = partOfMean(n, weights);
    const shares = new Float64Array(out);
    for (let p = 0; p < target.data.length; p++)
      shares[p % out] += part(target.data[p], Math.floor(p / out));
    const total = totalOf(shares, 0, out);
    return shares.reduce(
      (risk, share) => (share > 0 ? risk - share * (Math.log(share) - Math.log(total)) : risk),
      0,
    );
  },
});
